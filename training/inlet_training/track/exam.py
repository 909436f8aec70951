"""The runs of the exam: one for each candidate."""

import importlib.metadata
import json
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import mlflow
import skops.io
from mlflow.data.dataset import Dataset
from mlflow.data.pandas_dataset import from_pandas
from mlflow.models import infer_signature
from sklearn.base import ClassifierMixin

from ..data.columns import TARGET
from ..errors import InputError
from ..paths import METRICS, MODELS, REPORTS
from ..train.hold_out import CLEAN_TABLE, HoldOut, read_hold_out
from .runs import MODEL, RunFacts
from .store import EXAM_EXPERIMENT

SCORES = ("accuracy", "precision", "recall", "f1")
EXAMPLE_ROWS = 5


def pinned(*packages: str) -> list[str]:
    """Requirements at the versions that are installed."""
    return [f"{package}=={importlib.metadata.version(package)}" for package in packages]


def log_classifier(classifier: ClassifierMixin, parts: HoldOut) -> None:
    """Logs a trained classifier, its signature and five rows of the hold-out as an example."""
    # In double precision, as tables are read from CSV: float32 columns would be refused.
    example = parts.test.head(EXAMPLE_ROWS).astype(float)
    # The classifier is our own, so whatever it is made of is to be trusted.
    trusted = skops.io.get_untrusted_types(data=skops.io.dumps(classifier))
    mlflow.sklearn.log_model(
        classifier,
        name=MODEL,
        signature=infer_signature(example, classifier.predict(example)),
        input_example=example,
        # Given, because finding them out takes several seconds.
        pip_requirements=pinned("scikit-learn", "skops", "numpy", "pandas"),
        skops_trusted_types=trusted,
    )


def read_exam(path: Path) -> Any:
    """A JSON file of the exam's stages; InputError names the stage when it is not there."""
    if not path.is_file():
        raise InputError(f"exam: {path.name} is not there: run dvc repro evaluate")
    return json.loads(path.read_text(encoding="utf-8"))


def exam_runs(
    table: Path = CLEAN_TABLE,
    models: Path = MODELS,
    metrics: Path = METRICS,
    reports: Path = REPORTS,
) -> list[RunFacts]:
    """The run of each candidate, from what the stages train and evaluate have written."""
    trained = read_exam(metrics / "exam-candidates.json")
    measured = read_exam(metrics / "exam.json")["candidates"]
    parts = read_hold_out(table)
    datasets: list[tuple[Dataset, str]] = [
        (
            from_pandas(
                features.assign(**{TARGET: labels}),
                source=str(table),
                name=table.stem,
                targets=TARGET,
            ),
            context,
        )
        for features, labels, context in (
            (parts.train, parts.train_labels, "training"),
            (parts.test, parts.test_labels, "evaluation"),
        )
    ]
    runs = []
    for name, facts in trained["candidates"].items():
        path = models / "candidates" / f"{name}.pkl"
        if not path.is_file():
            raise InputError(f"exam: {path.name} is not there: run dvc repro evaluate")
        classifier = joblib.load(path)
        cross_validation = facts["cross_validation"]
        runs.append(
            RunFacts(
                experiment=EXAM_EXPERIMENT,
                name=name,
                training_digest=trained["training_digest"],
                parameters=facts["parameters"],
                metrics={
                    **{score: measured[name][score] for score in SCORES},
                    "cv_accuracy": cross_validation["accuracy"],
                    "cv_deviation": cross_validation["deviation"],
                },
                tags={"estimator": type(classifier).__name__},
                datasets=datasets,
                plots=[reports / "exam" / f"{name}.png"],
                log_model=partial(log_classifier, classifier, parts),
            )
        )
    return runs
