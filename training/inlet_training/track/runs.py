"""Logs one run, once."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.data.dataset import Dataset
from mlflow.entities import Run

from .code_version import code_version
from .store import make_experiment

# What log_model calls a run's model, so that runs:/<run>/model finds it.
MODEL = "model"


@dataclass(frozen=True)
class RunFacts:
    """What is known of one training; datasets by what they were used for."""

    experiment: str
    name: str
    training_digest: str
    parameters: dict[str, Any]
    metrics: dict[str, float]
    tags: dict[str, str]
    datasets: list[tuple[Dataset, str]]
    log_model: Callable[[], object]
    plots: list[Path] = field(default_factory=list)


def flatten(values: Any, name: str = "") -> dict[str, Any]:
    """Nested dicts and lists as one dict, names joined by points and fit for MLflow."""
    if isinstance(values, dict):
        items = values.items()
    elif isinstance(values, list):
        items = dict(enumerate(values)).items()
    else:
        return {name: values}
    flat: dict[str, Any] = {}
    for key, value in items:
        part = re.sub(r"[^\w ./-]", "_", str(key))
        flat |= flatten(value, f"{name}.{part}" if name else part)
    return flat


def find_run(client: MlflowClient, experiment_id: str, name: str, digest: str) -> Run | None:
    """The finished run of a name and training digest, None when there is none."""
    found = client.search_runs(
        [experiment_id],
        f"attributes.run_name = '{name}' and tags.training_digest = '{digest}'"
        " and attributes.status = 'FINISHED'",
        max_results=1,
    )
    return found[0] if found else None


def log_run(client: MlflowClient, facts: RunFacts) -> bool:
    """Logs a run unless the same training has a finished one; says whether it did."""
    experiment_id = make_experiment(client, facts.experiment)
    if find_run(client, experiment_id, facts.name, facts.training_digest):
        return False
    with mlflow.start_run(experiment_id=experiment_id, run_name=facts.name):
        mlflow.set_tags({**facts.tags, **code_version(), "training_digest": facts.training_digest})
        mlflow.log_params(facts.parameters)
        mlflow.log_metrics(facts.metrics)
        for dataset, context in facts.datasets:
            mlflow.log_input(dataset, context)
        for plot in facts.plots:
            mlflow.log_artifact(str(plot), "plots")
        facts.log_model()
    return True
