"""Reads the cells of a column as numbers or as text."""

import numpy as np
import pandas as pd

from ..errors import InputError
from .read_csv import CsvTable

MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "None"})
# A column with more numbers than this and some text is taken for a damaged column of numbers.
MOSTLY_NUMBERS = 0.9
# Whole numbers with no more different values than this are labels, not amounts.
MOST_LABELS = 10
# Sums and squares of larger numbers overflow.
LARGEST = 1e100


def to_numbers(table: CsvTable, name: str) -> pd.Series | None:
    """The column as float64; None when it is text; InputError when damaged, empty or too large."""
    cells = pd.Series(table.columns[name], dtype=object)
    present = ~cells.isin(MISSING)
    if not present.any():
        raise InputError(
            f"{table.path}: column '{name}' has no value in any row; fill it or remove the column "
            "from both files."
        )
    values = pd.to_numeric(cells.where(present), errors="coerce").astype(np.float64)
    share = values.notna().sum() / present.sum()
    too_large = values.abs() > LARGEST
    if share == 1 and too_large.any():
        raise InputError(
            f"{table.path}, line {table.lines[int(np.argmax(too_large))]}: column '{name}' holds a "
            f"number beyond {LARGEST:g}; correct the value or leave it empty."
        )
    if MOSTLY_NUMBERS < share < 1:
        line, value = first_text(table, name)
        raise InputError(
            f"{table.path}, line {line}: column '{name}' holds '{value}' among numbers; "
            "correct the value or leave it empty."
        )
    return values if share == 1 else None


def first_text(table: CsvTable, name: str) -> tuple[int, str]:
    """Line and value of the first cell that is not a number."""
    cells = pd.Series(table.columns[name], dtype=object)
    wrong = pd.to_numeric(cells, errors="coerce").isna() & ~cells.isin(MISSING)
    row = int(np.flatnonzero(wrong)[0])
    return table.lines[row], cells[row][:40]


def is_whole(values: pd.Series) -> bool:
    """Whether every number is a whole one."""
    return bool((values.dropna() % 1 == 0).all())


def is_label(values: pd.Series) -> bool:
    """Whether the numbers are few whole ones: codes of a category."""
    return values.nunique() <= MOST_LABELS and is_whole(values)


def to_text(table: CsvTable, name: str) -> pd.Series:
    """The column as text, None where there is no value."""
    cells = pd.Series(table.columns[name], dtype=object)
    return cells.where(~cells.isin(MISSING), None)


def whole_to_text(values: pd.Series) -> pd.Series:
    """Whole numbers as text, so that 1 and 1.0 are the same label."""
    return values.map(lambda value: None if pd.isna(value) else str(int(value))).astype(object)
