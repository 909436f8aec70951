"""Predictions of a model from the registry, in this process."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas
from mlflow.pyfunc import PyFuncModel

from .columns import Table, rows_of, select
from .model_input import read_signature
from .problems import RunStoppedError
from .scorer import Outcome, Rejection

PROBABILITIES = "probabilities"


def first_line(error: BaseException) -> str:
    """What an error says in one line, its type when it says nothing."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def read_labels(model: PyFuncModel) -> list[str]:
    """Labels from MLflow's metadata or the ONNX file; none when the classes have names already."""
    labels = (model.metadata.metadata or {}).get("labels")
    if labels is None and model.loader_module == "mlflow.onnx":
        properties = model.get_raw_model().get_modelmeta().custom_metadata_map
        labels = json.loads(properties.get("labels", "[]"))
    return [str(label) for label in labels or []]


def one_per_row(predicted: Any, rows: int, labels: Sequence[str]) -> list[str]:
    """What a model returned as text: its class or number, or the label of the largest probability.

    ValueError when the values cannot be shared out among the rows.
    """
    if isinstance(predicted, dict | pandas.DataFrame):
        predicted = predicted[
            PROBABILITIES if PROBABILITIES in predicted else next(iter(predicted))
        ]
    # MLflow gives an ONNX model's probabilities of a table one below the other.
    values = np.asarray(predicted).reshape(rows, -1)
    if values.shape[1] == 1:
        return [str(value) for value in values[:, 0].tolist()]
    classes = values.argmax(axis=1).tolist()
    return [labels[index] for index in classes] if labels else [str(index) for index in classes]


class MlflowScorer:
    """A loaded model with the columns of its signature."""

    further_columns: tuple[str, ...] = ()

    def __init__(self, model: PyFuncModel, identity: dict[str, str]) -> None:
        """InputError when the signature does not say what the columns are."""
        self.identity = identity
        self._model = model
        self._labels = read_labels(model)
        self._input = read_signature(model.metadata.signature, identity["model"])
        self.columns = self._input.columns
        self._answered = self._plain_row()

    def _plain_row(self) -> Table:
        """A row that no sound model fails on: zeros, and a word."""
        return {
            column.name: np.array(["text"], object) if column.kind == "text" else np.zeros(1)
            for column in self.columns
        }

    def _predict(self, table: Table) -> list[Outcome]:
        predicted = self._model.predict(self._input.make(table))
        texts = one_per_row(predicted, rows_of(table), self._labels)
        self._answered = select(table, slice(0, 1))
        return [(text,) for text in texts]

    def _check_model(self, failure: Exception) -> None:
        """RunStoppedError when the model fails on a row that must work, too."""
        try:
            self._model.predict(self._input.make(self._answered))
        except Exception:
            raise RunStoppedError(f"the model fails: {first_line(failure)}") from failure

    def score(self, table: Table) -> list[Outcome]:
        """Rows that the model fails on are found by halving and rejected."""
        try:
            return self._predict(table)
        except Exception as failure:
            # Whatever a library throws, the rows beside the bad one are to be answered.
            self._check_model(failure)
            rows = rows_of(table)
            if rows == 1:
                return [Rejection(f"the model fails on it: {first_line(failure)}")]
            half = rows // 2
            return [
                *self.score(select(table, slice(0, half))),
                *self.score(select(table, slice(half, rows))),
            ]
