"""The runs of the served models: one for each version, from what its stage has written."""

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Any

import mlflow
import onnx
from mlflow.data.dataset import Dataset
from mlflow.data.dataset_source_registry import resolve_dataset_source
from mlflow.data.meta_dataset import MetaDataset

from ..export.digest import read_stage
from ..export.golden import golden_path
from ..paths import FUNCTIONS, METRICS, REPORTS, TRAINING
from .exam import pinned
from .onnx_signature import make_example, make_signature
from .runs import MODEL, RunFacts, flatten
from .store import served_experiment


def served_versions(functions: Path = FUNCTIONS) -> list[tuple[str, str]]:
    """Model and version of every folder that holds a served model."""
    return sorted(
        (path.parents[2].name, path.parent.name)
        for path in functions.glob("*/versions/*/model.onnx")
    )


def log_served_model(model: str, version: str, functions: Path = FUNCTIONS) -> None:
    """Logs a version's ONNX file, with the files that stand beside it as extra files."""
    folder = functions / model / "versions" / version
    graph = onnx.load(folder / "model.onnx")
    signature = make_signature(model, graph.graph)
    mlflow.onnx.log_model(
        graph,
        name=MODEL,
        signature=signature,
        input_example=make_example(model, signature, golden_path(model, version)),
        pip_requirements=pinned("onnx", "onnxruntime", "numpy", "pandas"),
        extra_files=[str(path) for path in sorted(folder.iterdir()) if path.name != "model.onnx"],
        onnx_execution_providers=["CPUExecutionProvider"],
        save_as_external_data=False,
    )


def datasets_of(stage: str) -> list[tuple[Dataset, str]]:
    """The files under data/ that a stage of dvc.yaml depends on, each by its md5 as DVC has it."""
    datasets: list[tuple[Dataset, str]] = []
    for name in read_stage(stage)["deps"]:
        path = TRAINING / name
        if name.startswith("data/") and path.is_file():
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            source = resolve_dataset_source(str(path))
            dataset = MetaDataset(source, name, digest)  # type: ignore[abstract]
            datasets.append((dataset, "training"))
    return datasets


def figures_of(facts: dict[str, Any]) -> dict[str, float]:
    """The numbers of a version's quality, and each candidate's cross-validation."""
    candidates = {
        candidate["name"]: {key: candidate[key] for key in ("accuracy", "deviation")}
        for candidate in facts["candidates"]
    }
    flat = flatten({**facts["card"]["quality"], "cross_validation": candidates})
    return {
        name: float(value)
        for name, value in flat.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def read_version_facts(model: str, version: str, metrics: Path = METRICS) -> Any:
    """metrics/<model>-<version>.json, None while its stage has not run."""
    path = metrics / f"{model}-{version}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def served_run(facts: dict[str, Any], reports: Path = REPORTS) -> RunFacts:
    """The run of one version from the facts that its stage has written."""
    model, version = facts["model"], facts["version"]
    return RunFacts(
        experiment=served_experiment(model),
        name=f"{model}-{version}",
        training_digest=facts["training_digest"],
        parameters=flatten(facts["parameters"]),
        metrics=figures_of(facts),
        tags={"model": model, "version": version, "stage": facts["stage"]},
        datasets=datasets_of(facts["stage"]),
        plots=sorted((reports / f"{model}-{version}").glob("*.png")),
        log_model=partial(log_served_model, model, version),
    )
