"""Compares predictions with the sketch that a version's reference.json keeps of its training."""

import html
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import InputError
from ..export.reference import validator
from ..paths import FUNCTIONS
from .homogeneity import homogeneity
from .instances import CONFIDENCE, LABEL
from .result import ColumnDrift, DriftResult, watched
from .tables import check_watch
from .write_page import write_page

EMBEDDING_DISTANCE = "embedding_distance"
# A population stability index from which a change matters (Siddiqi, Credit Risk Scorecards, 2006).
MATTERS = 0.2
PAGE_STYLE = "body { font-family: sans-serif } td, th { padding: 0.3rem 0.8rem; text-align: left }"


class Counts(NamedTuple):
    """How often each bin [K] of a column was there then, and is now."""

    column: str
    before: np.ndarray
    after: np.ndarray


def read_reference(model: str, version: str) -> dict[str, Any]:
    """The sketch of a version; InputError when there is none or it cannot be read."""
    path = FUNCTIONS / model / "versions" / version / "reference.json"
    if not path.is_file():
        raise InputError(f"{path} is not there; make that version again, or compare two periods.")
    try:
        reference: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        problem = next((error.message for error in validator().iter_errors(reference)), None)
    except ValueError as error:
        problem = str(error)
    if problem is not None:
        raise InputError(f"{path} is not a reference sketch ({problem}); make the version again.")
    return reference


def stability_index(before: np.ndarray, after: np.ndarray) -> float:
    """The population stability index of two rows of counts [K]; an empty bin has half a row."""
    expected = np.maximum(before, 0.5) / before.sum()
    seen = np.maximum(after, 0.5) / after.sum()
    return float(((seen - expected) * np.log(seen / expected)).sum())


def count_numbers(name: str, edges: Sequence[float], before: np.ndarray, live: Any) -> Counts:
    """Counts by the edges that a value has at or below it."""
    bins = np.searchsorted(edges, np.asarray(live, np.float64), side="right")
    return Counts(name, before, np.bincount(bins, minlength=len(edges) + 1))


def count_names(name: str, categories: list[str], before: np.ndarray, live: pd.Series) -> Counts:
    """Counts by category; all that were never seen share one more bin."""
    known = live.value_counts().reindex(categories, fill_value=0).to_numpy()
    unseen = len(live) - known.sum()
    return Counts(name, np.append(before, 0), np.append(known, unseen))


def count_column(name: str, histogram: dict[str, Any], rows: int, live: pd.Series) -> Counts:
    """Counts of one column from the sketch's shares of so many rows, and of the live values."""
    before = np.array(histogram["shares"]) * rows
    if "edges" in histogram:
        return count_numbers(name, histogram["edges"], before, live)
    return count_names(name, histogram["categories"], before, live)


def count_columns(reference: dict[str, Any], live: pd.DataFrame) -> Iterator[Counts]:
    """Counts of every feature and output of the sketch; InputError when one is not recorded."""
    described = [(one["name"], one, reference["rows"]) for one in reference["features"]]
    outputs = reference.get("outputs")
    if outputs is not None:
        described += [
            (LABEL, outputs["labels"], outputs["rows"]),
            (CONFIDENCE, outputs["confidence"], outputs["rows"]),
        ]
    for name, histogram, rows in described:
        if name not in live:
            raise InputError(f"reference.json has a column '{name}' that predictions do not.")
        yield count_column(name, histogram, rows, live[name])


def compare_with_sketch(
    counts: Sequence[Counts],
    report: Path | None,
    drift_share: float,
    watch: Sequence[str],
    alpha: float,
    notes: tuple[str, ...] = (),
) -> DriftResult:
    """A column drifts when its stability index matters and is no chance (p <= alpha)."""
    check_watch([one.column for one in counts], watch)
    columns = []
    for name, before, after in counts:
        p_value, size = homogeneity(before, after), stability_index(before, after)
        drifted = p_value <= alpha and size >= MATTERS
        columns.append(ColumnDrift(name, "chi-square", p_value, "stability index", size, drifted))
    result = DriftResult(watched(columns, watch), drift_share, alpha, notes)
    if report is not None:
        table = pd.DataFrame(
            {
                "column": one.column,
                "stability index": one.size,
                "p-value": one.p_value,
                "after Holm's correction": one.adjusted,
                "drifted": "yes" if one.drifted else "no",
            }
            for one in result.columns
        )
        rows = table.to_html(index=False, na_rep="", border=0, float_format="{:.3g}".format)
        title = "Predictions against the reference of their version"
        page = (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="UTF-8"><title>{title}</title>'
            f"<style>{PAGE_STYLE}</style></head>\n<body>\n"
            f"{rows}\n</body></html>\n"
        )
        write_page(report, page, html.escape(result.verdict))
    return result
