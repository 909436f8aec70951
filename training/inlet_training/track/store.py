"""Where runs and registered models are kept: a tracking server, or SQLite beside the data."""

import logging
import os
import warnings
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from ..errors import InputError
from ..paths import TRAINING

DATABASE = TRAINING / "mlruns" / "mlflow.db"
SQLITE = "sqlite:///"
EXAM_EXPERIMENT = "exam-training"

# A server that is not there is told at once, not after minutes; no progress bar of local files.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
# Stages are what the requirement names; the aliases that replace them are set beside them.
warnings.filterwarnings("ignore", category=FutureWarning, message=".*stages.*")
# Labels are whole numbers that are never missing.
warnings.filterwarnings("ignore", message="Hint: Inferred schema contains integer")
# A path is a local file by two of MLflow's schemes, and both mean the same.
warnings.filterwarnings("ignore", message="The specified dataset source can be interpreted")
for noisy in ("mlflow", "alembic"):
    logging.getLogger(noisy).setLevel(logging.WARNING)


def connect() -> MlflowClient:
    """Sets the tracking address, MLFLOW_TRACKING_URI or the SQLite file, and returns a client.

    InputError when nothing answers there.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"{SQLITE}{DATABASE}"
    if uri.startswith(SQLITE):
        Path(uri.removeprefix(SQLITE)).parent.mkdir(parents=True, exist_ok=True)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    client = MlflowClient()
    try:
        client.search_experiments(max_results=1)
    except MlflowException as error:
        raise InputError(
            f"{uri} does not answer as a tracking store: start the server with make mlflow, or"
            f" unset MLFLOW_TRACKING_URI to use {DATABASE.relative_to(TRAINING)} ({error.message})"
        ) from error
    return client


def served_experiment(model: str) -> str:
    """The experiment of a served model's versions."""
    return f"inlet-{model}"


def find_experiment(client: MlflowClient, name: str) -> str | None:
    """The id of an experiment, None when nothing was ever tracked in it."""
    experiment = client.get_experiment_by_name(name)
    return None if experiment is None else str(experiment.experiment_id)


def make_experiment(client: MlflowClient, name: str) -> str:
    """The id of an experiment, made if there is none: its files beside the SQLite file.

    A tracking server chooses the place of the files itself.
    """
    uri = mlflow.get_tracking_uri()
    location = None
    if uri.startswith(SQLITE):
        location = (Path(uri.removeprefix(SQLITE)).resolve().parent / "artifacts").as_uri()
    return find_experiment(client, name) or str(client.create_experiment(name, location))
