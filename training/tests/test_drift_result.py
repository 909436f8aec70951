"""When a comparison is an alarm."""

import pytest

from inlet_training.drift.result import ColumnDrift, DriftResult, holm, watched


def column(name: str, p_value: float) -> ColumnDrift:
    return ColumnDrift(name, "Kolmogorov-Smirnov", p_value, "distance", 0.3, p_value <= 0.05)


def test_holm_multiplies_the_smallest_by_all_and_never_falls():
    # 0.005 x 4, 0.01 x 3, 0.03 x 2, then 0.04 x 1, which is below the one before it.
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})


def test_holm_ends_at_one_and_leaves_a_single_value():
    assert holm({"a": 0.7, "b": 0.8}) == {"a": 1.0, "b": 1.0}
    assert holm({"a": 0.04}) == {"a": 0.04}
    assert holm({}) == {}


def test_a_share_that_reaches_the_limit_is_an_alarm():
    columns = [column("a", 0.01), column("b", 0.9)]
    assert DriftResult(columns, 0.5, 0.05).exit_code == 1
    assert DriftResult(columns, 0.51, 0.05).exit_code == 0


def test_only_watched_columns_are_corrected_and_one_is_an_alarm():
    columns = watched([column("a", 0.02), column("b", 0.9), column("c", 0.001)], ["a", "b"])
    assert [one.adjusted for one in columns] == [0.04, 0.9, None]
    result = DriftResult(columns, 0.9, 0.05)
    assert result.exit_code == 1
    assert "watched column a" in result.verdict
    assert "watched column c" not in result.verdict


def test_a_watched_column_is_no_alarm_when_the_correction_explains_it():
    names = ["a", "b", "c"]
    columns = watched([column("a", 0.02), column("b", 0.9), column("c", 0.8)], names)
    result = DriftResult(columns, 0.9, 0.05)
    assert [one.column for one in result.drifted] == ["a"]
    assert result.exit_code == 0
    assert result.verdict == "No alarm: 1 of 3 columns drifted (share 0.33, limit 0.9)."


def test_drifted_columns_are_listed_surest_first_with_their_values():
    result = DriftResult([column("a", 0.02), column("b", 0.001)], 0.5, 0.05)
    assert [str(one) for one in result.drifted] == [
        "b: p = 0.001 (Kolmogorov-Smirnov), distance 0.300",
        "a: p = 0.02 (Kolmogorov-Smirnov), distance 0.300",
    ]
