"""Versions in the model registry: their stages, and the aliases that go with the stages."""

import pandas
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from ..errors import InputError
from .query import figure

EXAM = "exam"
EXAM_NAME = "ExamClassifier"
STAGING = "Staging"
PRODUCTION = "Production"
SEMVER_TAG = "version"


def registered_name(model: str) -> str:
    """The name in the registry: ExamClassifier for exam, a served model's own name otherwise."""
    return EXAM_NAME if model == EXAM else model


def versions_of(client: MlflowClient, name: str) -> list[ModelVersion]:
    """All versions of a registered model, oldest first, with their aliases."""
    found = client.search_model_versions(f"name = '{name}'")
    numbers = sorted(int(version.version) for version in found)
    # The search leaves out aliases.
    return [client.get_model_version(name, str(number)) for number in numbers]


def find_alias(client: MlflowClient, name: str, alias: str) -> str | None:
    """The version that an alias names, None when it names none."""
    try:
        return str(client.get_model_version_by_alias(name, alias).version)
    except MlflowException:
        return None


def move(client: MlflowClient, name: str, version: str, stage: str) -> None:
    """Moves a version to a stage, archives the one that was there and sets the stage's alias."""
    client.transition_model_version_stage(name, version, stage, archive_existing_versions=True)
    client.set_registered_model_alias(name, stage.lower(), version)


def pick_version(versions: list[ModelVersion], name: str, wanted: str | None) -> ModelVersion:
    """The version of a number or semver, else the newest in Staging; InputError without one."""
    if wanted is None:
        staged = [version for version in versions if version.current_stage == STAGING]
        if not staged:
            raise InputError(
                f"{name} has no version in {STAGING}: put one there with the command register"
            )
        return staged[-1]
    found = [
        version
        for version in versions
        if wanted in (str(version.version), version.tags.get(SEMVER_TAG))
    ]
    if not found:
        there = ", ".join(str(version.version) for version in versions)
        raise InputError(f"{name} has no version {wanted}; there are: {there}")
    return found[-1]


def promote_version(client: MlflowClient, name: str, wanted: str | None) -> str:
    """Moves a version to Production, the staging alias off it; returns the version's number."""
    versions = versions_of(client, name)
    if not versions:
        raise InputError(f"there is no registered model {name}: make it with the command register")
    version = str(pick_version(versions, name, wanted).version)
    move(client, name, version, PRODUCTION)
    if find_alias(client, name, STAGING.lower()) == version:
        client.delete_registered_model_alias(name, STAGING.lower())
    return version


def registry_table(client: MlflowClient) -> str:
    """Every version of every registered model, one a line."""
    rows = []
    for model in client.search_registered_models():
        for version in versions_of(client, model.name):
            run = client.get_run(str(version.run_id))
            rows.append(
                {
                    "name": model.name,
                    "version": version.version,
                    "semver": version.tags.get(SEMVER_TAG, ""),
                    "stage": version.current_stage,
                    "aliases": " ".join(sorted(version.aliases)),
                    "accuracy": figure(run, "accuracy"),
                    "description": version.description or "",
                }
            )
    return pandas.DataFrame(rows).to_string(index=False) if rows else "nothing is registered"
