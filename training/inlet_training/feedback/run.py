"""Logs the run of a candidate."""

import hashlib
import json
from functools import partial
from pathlib import Path

import mlflow
import onnx
from mlflow.data.dataset_source_registry import resolve_dataset_source
from mlflow.data.meta_dataset import MetaDataset

from ..export.digest import sha256, training_digest
from ..track.exam import pinned
from ..track.onnx_signature import make_signature
from ..track.runs import MODEL, RunFacts, flatten, log_run
from ..track.served import datasets_of
from ..track.store import connect, served_experiment
from .files import CANDIDATE
from .report import quality_of
from .retraining import Candidate


def _log_model(model: str, paths: list[Path]) -> None:
    graph = onnx.load(paths[0])
    mlflow.onnx.log_model(
        graph,
        name=MODEL,
        signature=make_signature(model, graph.graph),
        pip_requirements=pinned("onnx", "onnxruntime", "numpy", "pandas"),
        extra_files=[str(path) for path in paths[1:]],
        onnx_execution_providers=["CPUExecutionProvider"],
        save_as_external_data=False,
    )


def candidate_facts(candidate: Candidate, table: Path, feedback_md5: str) -> RunFacts:
    """The run of a candidate; its digest follows from stage, table, share and this package."""
    recipe, divided = candidate.recipe, candidate.divided
    code = [sha256(path) for path in sorted(Path(__file__).parent.rglob("*.py"))]
    inputs = [training_digest(recipe.stage), feedback_md5, candidate.share, code]
    figures = flatten({each.name: quality_of(each) for each in candidate.measured})
    source = resolve_dataset_source(str(table))
    dataset = MetaDataset(source, f"feedback/{table.name}", feedback_md5)  # type: ignore[abstract]
    return RunFacts(
        experiment=served_experiment(recipe.model),
        name=f"{recipe.model}-{CANDIDATE}",
        training_digest=hashlib.sha256(json.dumps(inputs).encode()).hexdigest(),
        parameters={
            "classifier": candidate.kind,
            "held_out": candidate.share,
            "training_rows": candidate.training_rows,
            "feedback_rows_learnt": len(divided.learnt),
            "feedback_rows_held_out": len(divided.held_out),
        },
        metrics={
            name: float(value) for name, value in figures.items() if not isinstance(value, str)
        },
        tags={
            "model": recipe.model,
            "after": recipe.version,
            "stage": recipe.stage,
            "feedback_md5": feedback_md5,
        },
        datasets=[*datasets_of(recipe.stage), (dataset, "training")],
        log_model=partial(_log_model, recipe.model, candidate.paths),
    )


def log_candidate(candidate: Candidate, table: Path, feedback_md5: str) -> None:
    """Logs a candidate's run unless it is there, and says what to do with it."""
    facts = candidate_facts(candidate, table, feedback_md5)
    logged = log_run(connect(), facts)
    result = "logged" if logged else "there already"
    print(f"{facts.experiment}: {facts.name}: {result}, feedback {feedback_md5}")
    print(
        f"{candidate.paths[0]}; functions/ is as it was. To make a version of it: docs/TRAINING.md,"
        ' "From feedback to a better model"',
        flush=True,
    )
