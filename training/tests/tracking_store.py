"""MLflow stores in folders of their own."""

import shutil
from pathlib import Path

import pytest
from mlflow import MlflowClient

from inlet_training.track.store import connect


def open_store(patch: pytest.MonkeyPatch, folder: Path, source: Path | None = None) -> MlflowClient:
    """Has runs kept in a folder: an empty store, or one that begins as source does."""
    database = folder / "mlflow.db"
    if source is not None:
        shutil.copy(source / "mlflow.db", database)
    patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{database}")
    return connect()
