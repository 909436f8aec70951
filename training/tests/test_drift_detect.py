"""Drift between two files: when it is seen and when there is none."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from inlet_training.drift import command, detect_drift
from inlet_training.drift.example import write_example
from inlet_training.drift.homogeneity import homogeneity, total_variation
from inlet_training.drift.options import FAILED

ROWS = 300


def draw(seed: int, rows: int = ROWS) -> pd.DataFrame:
    """Rows of four numbers, one of them with gaps, and of two categories."""
    generator = np.random.default_rng(seed)
    weight = generator.lognormal(size=rows)
    return pd.DataFrame(
        {
            "length": generator.normal(size=rows),
            "width": generator.normal(size=rows),
            "weight": weight,
            "price": np.where(
                generator.random(rows) < 0.2, np.nan, weight + generator.random(rows)
            ),
            "colour": generator.choice(["red", "green", "blue"], rows, p=[0.6, 0.3, 0.1]),
            "doors": generator.integers(2, 6, rows),
        }
    )


@pytest.fixture
def compare(tmp_path):
    def run(baseline: pd.DataFrame, current: pd.DataFrame, **options):
        paths = tmp_path / "baseline.csv", tmp_path / "current.csv"
        for path, rows in zip(paths, (baseline, current), strict=True):
            rows.to_csv(path, index=False)
        return detect_drift(*paths, **options)

    return run


def test_rows_of_one_source_give_no_alarm_in_twenty_seeds(compare):
    by_share, by_any, by_watch = 0, 0, 0
    for seed in range(20):
        rows = draw(seed, 2 * ROWS)[["length", "weight", "price", "colour"]]
        result = compare(rows[:ROWS], rows[ROWS:], watch=list(rows))
        by_share += result.share >= 0.5
        by_any += bool(result.drifted)
        by_watch += result.exit_code
    assert by_share == 0
    # Chance alone: one of twenty with Holm's correction, three without it.
    assert by_watch <= 2 <= by_any


def test_a_covariate_shift_is_an_alarm_and_its_columns_are_listed(compare):
    current = draw(2)
    for name in ("length", "width", "weight"):
        current[name] += 0.5 * current[name].std()
    result = compare(draw(1), current)
    assert result.exit_code == 1
    assert {"length", "width", "weight"} <= {column.column for column in result.drifted}
    assert "limit is 0.5" in result.verdict


def test_one_shifted_column_is_an_alarm_only_when_it_is_watched(compare):
    current = draw(2).assign(length=draw(2)["length"] + 0.5)
    unwatched = compare(draw(1), current)
    assert unwatched.exit_code == 0
    assert [column.column for column in unwatched.drifted] == ["length"]
    assert compare(draw(1), current, watch=["width", "length"]).exit_code == 1
    assert compare(draw(1), current, watch=["width"]).exit_code == 0


def test_a_label_unseen_in_the_baseline_is_an_alarm(compare):
    current = draw(2)
    current.loc[:30, "colour"] = "violet"
    result = compare(draw(1), current, watch=["colour"])
    assert result.exit_code == 1
    assert [column.column for column in result.drifted] == ["colour"]


def test_labels_written_as_numbers_are_categories(compare):
    current = draw(2).assign(doors=draw(2)["doors"].replace(5, 9).astype(float))
    column = compare(draw(1), current).drifted[0]
    assert (column.column, column.test) == ("doors", "chi-square")


def test_a_column_that_loses_its_values_is_noted(compare):
    current = draw(2)
    current.loc[50:, "price"] = None
    (note,) = compare(draw(1), current).notes
    assert re.match(r"column 'price' has 8\d% missing values, 1\d% in the baseline", note)


def test_the_order_of_the_columns_does_not_matter(compare):
    current = draw(2)
    turned = compare(draw(1), current[list(reversed(current.columns))])
    assert turned.columns == compare(draw(1), current).columns


def test_the_test_of_categories_takes_both_sides_for_samples():
    # Pearson's statistic by hand: every cell is 5 from 25 expected, so 4 x 25 / 25 = 4, 1 degree.
    assert homogeneity(np.array([30, 20]), np.array([20, 30])) == pytest.approx(0.0455, abs=1e-4)
    assert homogeneity(np.array([50, 0]), np.array([50, 0])) == 1
    assert total_variation(np.array([30, 20]), np.array([2, 3])) == pytest.approx(0.2)


def test_the_test_of_categories_keeps_its_level_with_rare_ones():
    generator = np.random.default_rng(3)
    shares = 1 / np.arange(1, 31)
    draws = generator.multinomial(150, shares / shares.sum(), (1_000, 2))
    alarms = [homogeneity(first, second) <= 0.05 for first, second in draws]
    assert 0.01 < np.mean(alarms) < 0.07


def test_the_command_writes_a_page_that_asks_no_other_host(tmp_path):
    source, baseline, current = (tmp_path / f"{name}.csv" for name in ("all", "before", "after"))
    draw(4, 400).assign(colour="</script><img src=//host>").to_csv(source, index=False)
    write_example(source, baseline, current, shift=1, seed=1)
    report = tmp_path / "reports" / "drift.html"
    options = [f"--baseline={baseline}", f"--current={current}", f"--report={report}"]
    outcome = CliRunner().invoke(command.detect_drift, options)
    assert outcome.exit_code == 1, outcome.output
    assert "drifted: weight: p = " in outcome.output
    page = report.read_text("utf-8")
    assert "default-src 'none'" in page
    assert "<p style=" in page and "Drift: 4 of 6 columns drifted" in page
    assert not re.search(
        r"""<(script|link|img|iframe)[^>]*(src|href)\s*=""", page.split("<body>")[0]
    )
    assert "</script><img" not in page
    assert [path.name for path in report.parent.iterdir()] == ["drift.html"]


def test_the_command_is_content_with_an_example_without_shift(tmp_path):
    paths = [tmp_path / f"{name}.csv" for name in ("source", "baseline", "current")]
    draw(5, 400).to_csv(paths[0], index=False)
    made = CliRunner().invoke(
        command.drift_example,
        [
            f"--{name}={path}"
            for name, path in zip(("source", "baseline", "current"), paths, strict=True)
        ],
    )
    assert made.exit_code == 0, made.output
    options = [f"--{path.stem}={path}" for path in paths[1:]]
    outcome = CliRunner().invoke(
        command.detect_drift, [*options, f"--report={tmp_path / 'drift.html'}"]
    )
    assert outcome.exit_code == 0, outcome.output
    assert "No alarm" in outcome.output


def test_a_failure_is_never_taken_for_an_alarm(monkeypatch):
    def fail(*_values, **_named):
        raise RuntimeError("out of order")

    monkeypatch.setattr(command, "detect", fail)
    assert CliRunner().invoke(command.detect_drift).exit_code == FAILED


def test_a_report_that_cannot_be_written_is_bad_input(tmp_path):
    for name in ("baseline", "current"):
        draw(6, 120).to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "taken").write_text("")
    options = [f"--{name}={tmp_path / name}.csv" for name in ("baseline", "current")]
    report = tmp_path / "taken" / "drift.html"
    outcome = CliRunner().invoke(command.detect_drift, [*options, f"--report={report}"])
    assert outcome.exit_code == 2
    assert "cannot be written" in outcome.output


def test_an_example_needs_rows_for_both_files(tmp_path):
    source = tmp_path / "source.csv"
    draw(7, 150).to_csv(source, index=False)
    outcome = CliRunner().invoke(command.drift_example, [f"--source={Path(source)}"])
    assert outcome.exit_code == 2
    assert "at least 200" in outcome.output
