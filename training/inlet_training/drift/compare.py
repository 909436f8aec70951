"""Compares two tables with Evidently's preset for data drift."""

import html
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.legacy.calculations.stattests import register_stattest
from evidently.legacy.calculations.stattests.registry import StatTest
from evidently.legacy.core import ColumnType
from evidently.presets import DataDriftPreset
from scipy.stats import ks_2samp

from ..errors import InputError
from .homogeneity import homogeneity, total_variation
from .result import ColumnDrift, DriftResult, watched
from .tables import Tables
from .write_page import write_page

# Evidently's own chi-square takes the baseline's shares for exact, and alarms too often.
HOMOGENEITY = StatTest(
    name="homogeneity",
    display_name="chi-square of homogeneity, p-value",
    allowed_feature_types=[ColumnType.Categorical],
)


def counts_of(first: pd.Series, second: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """How often each category of either is in the first and in the second."""
    before, after = first.value_counts(), second.value_counts()
    names = before.index.union(after.index)
    return (
        before.reindex(names, fill_value=0).to_numpy(),
        after.reindex(names, fill_value=0).to_numpy(),
    )


def compare_categories(
    baseline: pd.Series, current: pd.Series, _kind: ColumnType, threshold: float
) -> tuple[float, bool]:
    """Evidently's signature around the test; its rows have no missing values."""
    p_value = homogeneity(*counts_of(baseline, current))
    return p_value, p_value <= threshold


register_stattest(HOMOGENEITY, default_impl=compare_categories)


def distance(tables: Tables, name: str) -> float:
    """The largest gap of the distribution functions, or the total variation of categories."""
    first, second = tables.baseline[name].dropna(), tables.current[name].dropna()
    if name in tables.numbers:
        return float(ks_2samp(first, second, method="asymp").statistic)
    return total_variation(*counts_of(first, second))


def shown(text: str) -> str:
    """Text for Evidently's page, which writes it into a script as it is: a < could end that."""
    return text.replace("<", "‹")


def to_dataset(rows: pd.DataFrame, tables: Tables) -> Dataset:
    """Rows of one of the tables with the names and categories of the page."""
    categories = {name: rows[name].str.replace("<", "‹") for name in tables.categories}
    definition = DataDefinition(
        numerical_columns=[shown(name) for name in tables.numbers],
        categorical_columns=[shown(name) for name in tables.categories],
    )
    return Dataset.from_pandas(
        rows.assign(**categories).rename(columns=shown), data_definition=definition
    )


def compare(
    tables: Tables, report: Path | None, drift_share: float, watch: Sequence[str], alpha: float
) -> DriftResult:
    """Tests every column and writes Evidently's page with the verdict on top.

    The tests are named because Evidently's defaults turn to distances above 1,000 rows, and
    Holm's correction needs p-values.
    """
    if len({shown(name) for name in tables.columns}) < len(tables.columns):
        raise InputError("two columns differ only in < and ‹; rename one of them.")
    preset = DataDriftPreset(
        drift_share=drift_share, num_method="ks", cat_method=HOMOGENEITY, threshold=alpha
    )
    # It correlates columns, which numpy remarks on when one is constant.
    with np.errstate(all="ignore"):
        snapshot = Report([preset]).run(
            to_dataset(tables.current, tables), to_dataset(tables.baseline, tables)
        )
    p_values = {
        metric["config"]["column"]: float(metric["value"])
        for metric in snapshot.dict()["metrics"]
        if "column" in metric["config"]
    }
    columns = [
        ColumnDrift(
            column=name,
            test="Kolmogorov-Smirnov" if name in tables.numbers else "chi-square",
            p_value=p_values[shown(name)],
            measure="distance",
            size=distance(tables, name),
            drifted=p_values[shown(name)] <= alpha,
        )
        for name in tables.columns
    ]
    result = DriftResult(watched(columns, watch), drift_share, alpha, tables.notes())
    if report is not None:
        write_page(report, snapshot.get_html_str(as_iframe=False), html.escape(result.verdict))
    return result
