"""Two tables of the same columns, checked before anything is computed from them."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ..errors import InputError
from .cells import first_text, is_label, is_whole, to_numbers, to_text, whole_to_text
from .read_csv import CsvTable

FEWEST_ROWS = 100
# A change of the share of missing values that is worth a note; the tests leave them out.
NOTED_MISSING = 0.05


@dataclass(frozen=True)
class Tables:
    """Baseline and current rows; numbers are float64 with NaN, categories are text with None."""

    baseline: pd.DataFrame
    current: pd.DataFrame
    numbers: list[str]
    categories: list[str]

    @property
    def columns(self) -> list[str]:
        """All columns in the order of the baseline."""
        return list(self.baseline.columns)

    def notes(self) -> tuple[str, ...]:
        """Columns whose share of missing values changed."""
        before, after = self.baseline.isna().mean(), self.current.isna().mean()
        return tuple(
            f"column '{name}' has {after[name]:.0%} missing values, {before[name]:.0%} in the "
            "baseline; they take no part in the test"
            for name in self.columns
            if abs(after[name] - before[name]) > NOTED_MISSING
        )


def check_rows(name: str, rows: int) -> None:
    """InputError when there are too few rows for a test to mean something."""
    if rows < FEWEST_ROWS:
        raise InputError(
            f"{name}: {rows} rows, at least {FEWEST_ROWS} are needed; collect more of them."
        )


def check_watch(columns: Iterable[str], watch: Iterable[str]) -> None:
    """InputError when a column to watch is not there."""
    known = list(columns)
    for name in watch:
        if name not in known:
            raise InputError(f"--watch {name}: no such column; there are {', '.join(known)}.")


def check_limits(drift_share: float, alpha: float) -> None:
    """InputError when the share is not from 0 to 1 or alpha not between them."""
    if not 0 <= drift_share <= 1:
        raise InputError(f"--drift-share {drift_share:g}: give a share from 0 to 1.")
    if not 0 < alpha < 1:
        raise InputError(f"--alpha {alpha:g}: give a level between 0 and 1, such as 0.05.")


def check_tables(baseline: CsvTable, current: CsvTable) -> Tables:
    """Holds two files against each other and gives every column its kind."""
    check_columns(baseline, current)
    for table in (baseline, current):
        check_rows(str(table.path), len(table.lines))
    frames: tuple[dict[str, pd.Series], dict[str, pd.Series]] = ({}, {})
    numbers, categories = [], []
    for name in baseline.columns:
        before, after = to_numbers(baseline, name), to_numbers(current, name)
        if before is not None and after is None:
            line, value = first_text(current, name)
            raise InputError(
                f"{current.path}, line {line}: column '{name}' holds '{value}', but numbers in "
                f"{baseline.path}; correct the value or leave it empty."
            )
        if before is None or after is None:
            before, after = to_text(baseline, name), to_text(current, name)
            categories.append(name)
        elif is_label(before) and is_whole(after):
            before, after = whole_to_text(before), whole_to_text(after)
            categories.append(name)
        else:
            numbers.append(name)
        frames[0][name], frames[1][name] = before, after
    return Tables(pd.DataFrame(frames[0]), pd.DataFrame(frames[1]), numbers, categories)


def check_columns(baseline: CsvTable, current: CsvTable) -> None:
    """InputError when the files differ in their columns, whatever the order."""
    for table, other, remedy in ((current, baseline, "add"), (baseline, current, "remove")):
        for name in other.columns:
            if name in table.columns:
                continue
            if remedy == "add":
                hint = f"column '{name}' of {other.path} is missing; add it"
            else:
                hint = f"column '{name}' is not in {table.path}; remove it from {other.path}"
            separators = " (Is the file separated by commas?)" if len(table.columns) == 1 else ""
            raise InputError(f"{current.path}: {hint}.{separators}")
