"""Drift between two CSV files."""

from collections.abc import Sequence
from pathlib import Path

from .result import DriftResult


def detect_drift(
    baseline: Path,
    current: Path,
    report: Path | None = None,
    *,
    drift_share: float = 0.5,
    watch: Sequence[str] = (),
    alpha: float = 0.05,
) -> DriftResult:
    """Compares the columns of two CSV files; InputError says what is wrong with them.

    An alarm when the share of columns with p <= alpha reaches drift_share, or when a watched
    column has p <= alpha after Holm's correction. The report is a page of HTML.
    """
    from .read_csv import read_csv
    from .tables import check_limits, check_tables, check_watch

    check_limits(drift_share, alpha)
    tables = check_tables(read_csv(baseline), read_csv(current))
    check_watch(tables.columns, watch)

    from .compare import compare

    return compare(tables, report, drift_share, watch, alpha)
