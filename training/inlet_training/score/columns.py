"""Turns the fields of many rows into arrays, column by column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

# The gateway refuses larger numbers too, and scikit-learn's forests fail on them.
LARGEST_NUMBER = float(np.finfo(np.float32).max)
SHOWN_CHARACTERS = 40

Table = dict[str, np.ndarray]
"""Values by column name, each [rows]."""


@dataclass(frozen=True)
class Column:
    """What a model wants under a name: finite numbers, whole numbers, or text that is not empty."""

    name: str
    kind: Literal["number", "whole", "text"] = "number"
    smallest: float = -LARGEST_NUMBER
    largest: float = LARGEST_NUMBER


def rows_of(table: Table) -> int:
    """The number of rows."""
    return len(next(iter(table.values())))


def select(table: Table, chosen: np.ndarray | slice) -> Table:
    """The chosen rows, by index."""
    return {name: values[chosen] for name, values in table.items()}


def _to_number(field: bytes) -> float:
    """A decimal number, or nan. Python's own 1_000 is none."""
    try:
        return float(field) if b"_" not in field else float("nan")
    except ValueError:
        return float("nan")


def _explain_number(column: Column, field: bytes) -> str:
    """Why a field is not a number of this column."""
    shown = field.decode()
    if shown.strip() == "":
        return f"{column.name} is empty"
    if len(shown) > SHOWN_CHARACTERS:
        shown = f"{shown[:SHOWN_CHARACTERS]}…"
    number = _to_number(field)
    if np.isinf(number) or column.smallest > number or column.largest < number:
        what = f"not between {column.smallest:g} and {column.largest:g}"
    elif np.isnan(number):
        what = "not a number"
    else:
        what = "not a whole number"
    return f"{column.name} is {what}: {shown}"


def _read_numbers(column: Column, fields: list[bytes]) -> tuple[np.ndarray, dict[int, str]]:
    try:
        if b"_" in b"".join(fields):
            raise ValueError
        values = np.fromiter(map(float, fields), np.float64, len(fields))
    except ValueError:
        values = np.array([_to_number(field) for field in fields])
    fits = (values >= column.smallest) & (values <= column.largest)
    if column.kind == "whole":
        fits &= values == np.rint(values)
    return values, {
        index: _explain_number(column, fields[index]) for index in np.flatnonzero(~fits).tolist()
    }


def _read_texts(column: Column, fields: list[bytes]) -> tuple[np.ndarray, dict[int, str]]:
    values = np.array([field.decode() for field in fields], dtype=object)
    return values, {
        index: f"{column.name} is empty" for index, value in enumerate(values) if not value.strip()
    }


_READ: dict[str, Callable[[Column, list[bytes]], tuple[np.ndarray, dict[int, str]]]] = {
    "number": _read_numbers,
    "whole": _read_numbers,
    "text": _read_texts,
}


def read_table(
    rows: Sequence[Sequence[bytes]], columns: Sequence[Column], positions: Sequence[int]
) -> tuple[Table, dict[int, str]]:
    """The columns of rows of UTF-8 fields, which stand at the given positions.

    Returns the table of the good rows, and by index of a row why it is none.
    """
    table: Table = {}
    problems: dict[int, str] = {}
    for column, position in zip(columns, positions, strict=True):
        values, found = _READ[column.kind](column, [fields[position] for fields in rows])
        table[column.name] = values
        problems = {**found, **problems}
    kept = np.ones(len(rows), bool)
    kept[list(problems)] = False
    return select(table, kept), problems
