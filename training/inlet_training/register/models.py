"""Puts tracked runs into the model registry."""

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Run

from ..errors import InputError
from ..export.card import read_card
from ..track.runs import find_run
from ..track.served import read_version_facts, served_versions
from ..track.store import EXAM_EXPERIMENT, find_experiment, served_experiment
from .query import best_runs
from .registry import EXAM_NAME, SEMVER_TAG, STAGING, move, versions_of

FORESTS = " and tags.estimator = 'RandomForestClassifier'"


def register_run(client: MlflowClient, name: str, run: Run) -> str:
    """The number of a run's version, made unless the run is registered already."""
    for version in versions_of(client, name):
        if version.run_id == run.info.run_id:
            return str(version.version)
    if run.outputs is None or not run.outputs.model_outputs:
        raise InputError(f"run {run.info.run_name} ({run.info.run_id}) has no model to register")
    model_id = run.outputs.model_outputs[0].model_id
    return str(mlflow.register_model(f"models:/{model_id}", name).version)


def stage_version(client: MlflowClient, name: str, version: str) -> str:
    """Moves a version to Staging unless it serves in Production; returns the stage it is in."""
    stage = str(client.get_model_version(name, version).current_stage)
    if stage in (STAGING, "Production"):
        return stage
    move(client, name, version, STAGING)
    return STAGING


def register_exam(client: MlflowClient) -> str:
    """Registers the best of all tracked forests as ExamClassifier; says what it did."""
    runs = best_runs(client, EXAM_EXPERIMENT, top=1, also=FORESTS)
    if not runs:
        raise InputError(
            f"{EXAM_EXPERIMENT} has no finished forest: log one with the command track"
        )
    version = register_run(client, EXAM_NAME, runs[0])
    description = f"Best model from exam, accuracy={runs[0].data.metrics['accuracy']:.2f}"
    client.update_model_version(EXAM_NAME, version, description)
    return f"{EXAM_NAME}: version {version} in {stage_version(client, EXAM_NAME, version)}"


def register_served(client: MlflowClient, model: str) -> str:
    """Registers every tracked version of a served model, the card's default one to Staging.

    InputError when a version is not tracked.
    """
    default_version = read_card(model)["default_version"]
    experiment_id = find_experiment(client, served_experiment(model))
    numbers = {}
    for semver in [version for name, version in served_versions() if name == model]:
        facts = read_version_facts(model, semver)
        run = (
            find_run(client, experiment_id, f"{model}-{semver}", facts["training_digest"])
            if experiment_id and facts
            else None
        )
        if run is None:
            raise InputError(f"{model} {semver} is not tracked: log it with the command track")
        numbers[semver] = register_run(client, model, run)
        client.set_model_version_tag(model, numbers[semver], SEMVER_TAG, semver)
        client.update_model_version(model, numbers[semver], facts["card"]["description"])
    default = numbers[default_version]
    return (
        f"{model}: {len(numbers)} versions, {default_version} is version {default}"
        f" in {stage_version(client, model, default)}"
    )
