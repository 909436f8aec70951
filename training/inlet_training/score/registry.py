"""Finds the version of a model that the registry has in a stage."""

import warnings

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from ..errors import InputError
from .mlflow_scorer import MlflowScorer, first_line
from .problems import RunStoppedError


def find_version(client: MlflowClient, name: str, stage: str) -> ModelVersion:
    """The newest version in the stage, or the one of that alias (in lower case).

    InputError when there is none, RunStoppedError when the registry does not answer.
    """
    try:
        registered = sorted(model.name for model in client.search_registered_models())
        if name not in registered:
            known = ", ".join(registered) or "none yet"
            raise InputError(f"the registry has no model {name}; it has: {known}")
        versions = [
            version
            for version in client.search_model_versions(f"name = '{name}'")
            if (version.current_stage or "").lower() == stage.lower()
        ]
        if versions:
            return max(versions, key=lambda version: int(version.version))
        aliases = client.get_registered_model(name).aliases
        if stage.lower() in aliases:
            return client.get_model_version(name, aliases[stage.lower()])
    except MlflowException as error:
        raise RunStoppedError(f"the registry does not answer: {error.message}") from error
    raise InputError(
        f"{name} has no version in stage {stage}: put one there with the command promote"
    )


def load_scorer(name: str, stage: str) -> MlflowScorer:
    """The model of a stage, ready to score; RunStoppedError when it cannot be loaded."""
    from ..track.store import connect

    with warnings.catch_warnings():
        # Stages go with MLflow 4; the lock file stays below.
        warnings.simplefilter("ignore", FutureWarning)
        found = find_version(connect(), name, stage)
    try:
        model = mlflow.pyfunc.load_model(f"models:/{name}/{found.version}")
    except Exception as error:
        # A model may miss its files or its libraries in any way.
        raise RunStoppedError(
            f"version {found.version} of {name} cannot be loaded: {first_line(error)}"
        ) from error
    identity = {"model": name, "version": str(found.version), "run": str(found.run_id)}
    return MlflowScorer(model, identity)
