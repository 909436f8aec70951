"""Labelled predictions as examples: what was asked, and what should have been answered."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..score.columns import read_table
from ..score.served_columns import SERVED_COLUMNS

COLUMNS = ("prediction_id", "created_at", "version", "input", "answer", "label", "feedback_at")
SHOWN_CHARACTERS = 60
# What a model without labels is told of its answers.
JUDGEMENTS = ("incorrect", "correct")

Instance = tuple[float, ...] | str
"""The numbers of a row or an image, or a text."""


class UnfitRowError(ValueError):
    """A row that this model's predictions cannot have; its text says why."""


class HiddenInputError(ValueError):
    """A row whose input was not recorded."""


@dataclass(frozen=True)
class Example:
    """One instance of a prediction with what it should have been."""

    prediction_id: str
    instance: Instance
    label: str
    said_at: datetime


def show(value: object) -> str:
    """A foreign value for a message: short, and without control characters."""
    text = value if isinstance(value, str) else repr(value)
    shown = "".join(each if each.isprintable() else "?" for each in text[:SHOWN_CHARACTERS])
    return shown if len(text) <= SHOWN_CHARACTERS else f"{shown}…"


def _texts(asked: Mapping[str, Any]) -> list[Any]:
    if "text" in asked:
        return [asked["text"]]
    texts = asked["texts"]
    return texts if isinstance(texts, list) else []


# The rows of an input, each a list of values in the order of the model's columns.
_ROWS: dict[str, Callable[[Mapping[str, Any]], list[list[Any]]]] = {
    "iris": lambda asked: [list(row) for row in asked["features"]],
    "digits": lambda asked: [[value for row in asked["image"] for value in row]],
    "sentiment": lambda asked: [[text] for text in _texts(asked)],
    "summarize": lambda asked: [[asked["text"]]],
}


def _field(value: Any, kind: str) -> bytes:
    """A value as a field of a table, for the same checks that scored files go through."""
    is_text = isinstance(value, str)
    if is_text != (kind == "text") or isinstance(value, bool):
        raise UnfitRowError(f"input holds {show(value)} where a {kind} belongs")
    if not is_text and not isinstance(value, int | float):
        raise UnfitRowError(f"input holds {show(value)} where a {kind} belongs")
    try:
        return (value if is_text else repr(value)).encode()
    except UnicodeEncodeError:
        raise UnfitRowError("input holds a text that is not well formed") from None


def read_instances(model: str, asked: Any) -> list[Instance]:
    """The instances of a recorded input; HiddenInputError or UnfitRowError when there are none."""
    if asked is None or (isinstance(asked, dict) and asked.keys() == {"sha256"}):
        raise HiddenInputError("the input was not recorded")
    columns = SERVED_COLUMNS[model]
    try:
        rows = _ROWS[model](asked)
    except (KeyError, TypeError, IndexError):
        rows = []
    if not rows or any(len(row) != len(columns) for row in rows):
        raise UnfitRowError(f"input is not one that {model} takes: {show(asked)}")
    fields = [
        [_field(value, column.kind) for value, column in zip(row, columns, strict=True)]
        for row in rows
    ]
    table, problems = read_table(fields, columns, range(len(columns)))
    if problems:
        raise UnfitRowError(f"input: {show(next(iter(problems.values())))}")
    values = [table[column.name].tolist() for column in columns]
    if columns[0].kind == "text":
        return list(values[0])
    return list(zip(*values, strict=True))


def _read_json(field: bytes, name: str) -> Any:
    try:
        return json.loads(field)
    # RecursionError: lists nested without end.
    except (ValueError, RecursionError):
        raise UnfitRowError(f"{name} is not JSON: {show(field.decode())}") from None


def _read_labels(field: bytes, count: int, known: Sequence[str]) -> list[str | None]:
    """A label for each instance, None where nobody knows."""
    said = [field.decode()] if count == 1 else _read_json(field, "label")
    if not isinstance(said, list) or len(said) != count:
        raise UnfitRowError(f"label is not a list of {count}: {show(field.decode())}")
    for label in said:
        if label is not None and label not in known:
            raise UnfitRowError(f"label {show(label)} is none of {', '.join(known)}")
    return said


def _read_moment(field: bytes, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(field.decode())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UnfitRowError(f"{name} is no time in UTC: {show(field.decode())}")
    return moment


def created_at(fields: Sequence[bytes]) -> datetime:
    """When a row's prediction was made; UnfitRowError when it does not say."""
    return _read_moment(fields[COLUMNS.index("created_at")], "created_at")


def read_row(model: str, labels: Sequence[str], fields: Sequence[bytes]) -> list[Example]:
    """The examples of a table's row, fields as COLUMNS; labels are the model's own.

    HiddenInputError when the input was not recorded, UnfitRowError when the row is not the model's.
    """
    row = dict(zip(COLUMNS, fields, strict=True))
    try:
        identifier = str(uuid.UUID(row["prediction_id"].decode()))
    except ValueError:
        shown = show(row["prediction_id"].decode())
        raise UnfitRowError(f"prediction_id is no UUID: {shown}") from None
    created_at(fields)
    said_at = _read_moment(row["feedback_at"], "feedback_at")
    instances = read_instances(model, _read_json(row["input"], "input"))
    said = _read_labels(row["label"], len(instances), labels or JUDGEMENTS)
    return [
        Example(identifier, instance, label, said_at)
        for instance, label in zip(instances, said, strict=True)
        if label is not None
    ]
