"""How rows become requests to the gateway, and its answers one prediction per row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .columns import Column, Table
from .served_columns import IMAGE_SIDE, SERVED_COLUMNS

Prediction = tuple[str, str]
"""The prediction and its confidence, empty when the model has none."""


@dataclass(frozen=True)
class ServedRequests:
    """One model's way through the API."""

    columns: Sequence[Column]
    rows_per_request: int
    instances: Callable[[Table], list[Any]]
    """One JSON value per row."""
    body: Callable[[list[Any]], dict[str, Any]]
    """The input that holds so many instances."""
    read: Callable[[dict[str, Any]], list[Prediction]]
    """The result, row by row; KeyError, TypeError and the like when it is another one."""


def _numbers(model: str) -> Callable[[Table], list[Any]]:
    names = [column.name for column in SERVED_COLUMNS[model]]
    return lambda table: np.stack([table[name] for name in names], axis=1).tolist()


def _texts(table: Table) -> list[Any]:
    texts: list[Any] = table["text"].tolist()
    return texts


def _read_iris(result: dict[str, Any]) -> list[Prediction]:
    return [
        (label, str(max(probabilities)))
        for label, probabilities in zip(result["labels"], result["probabilities"], strict=True)
    ]


# Requests hold so many rows that four at a time stay below what a model lets wait.
SERVED_REQUESTS = {
    "iris": ServedRequests(
        SERVED_COLUMNS["iris"],
        200,
        _numbers("iris"),
        lambda rows: {"features": rows},
        _read_iris,
    ),
    "digits": ServedRequests(
        SERVED_COLUMNS["digits"],
        1,
        _numbers("digits"),
        lambda rows: {"image": np.reshape(rows[0], (IMAGE_SIDE, IMAGE_SIDE)).tolist()},
        lambda result: [(str(result["digit"]), str(result["confidence"]))],
    ),
    "sentiment": ServedRequests(
        SERVED_COLUMNS["sentiment"],
        64,
        _texts,
        lambda texts: {"texts": texts},
        lambda result: [(one["label"], str(one["confidence"])) for one in result["results"]],
    ),
    "summarize": ServedRequests(
        SERVED_COLUMNS["summarize"],
        1,
        _texts,
        lambda texts: {"text": texts[0]},
        lambda result: [(result["summary"], "")],
    ),
}
