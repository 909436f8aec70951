"""Predictions against the reference of their version."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from inlet_training.drift import sketch
from inlet_training.drift.sketch import (
    compare_with_sketch,
    count_columns,
    count_names,
    count_numbers,
    read_reference,
    stability_index,
)
from inlet_training.errors import InputError
from inlet_training.export.reference import make_reference

NAMES = ["cold", "warm"]


def draw(seed: int, rows: int = 400) -> pd.DataFrame:
    """What was asked: a number, a whole one with many zeros, and a category."""
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "height": generator.normal(size=rows),
            "marks": generator.poisson(0.3, rows).astype(float),
            "shape": generator.choice(["round", "flat"], rows),
        }
    )


def answer(seed: int, rows: int = 400) -> np.ndarray:
    """Probabilities [N,2] of two names."""
    first = np.random.default_rng(seed).uniform(size=rows)
    return np.column_stack([first, 1 - first])


def recorded(seed: int) -> pd.DataFrame:
    """Rows as they are read from the log."""
    probabilities = answer(seed)
    return draw(seed).assign(
        label=[NAMES[index] for index in probabilities.argmax(axis=1)],
        confidence=probabilities.max(axis=1),
    )


@pytest.fixture
def reference():
    return make_reference(draw(1_000), NAMES, answer(1_000))


def compare(reference, live, report=None, watch=(), drift_share=0.5):
    counts = list(count_columns(reference, live))
    return compare_with_sketch(counts, report, drift_share, watch, 0.05)


def test_the_stability_index_is_that_of_the_formula():
    # (0.6 - 0.5) ln(0.6 / 0.5) + (0.4 - 0.5) ln(0.4 / 0.5)
    by_hand = 0.1 * math.log(1.2) - 0.1 * math.log(0.8)
    assert stability_index(np.array([50, 50]), np.array([6, 4])) == pytest.approx(by_hand)
    assert math.isfinite(stability_index(np.array([50, 50, 0]), np.array([0, 0, 10])))


def test_numbers_fall_into_the_bin_of_the_edges_at_or_below_them():
    counts = count_numbers("height", [0, 1], np.ones(3), [-5, 0, 0.5, 1, 9])
    assert counts.after.tolist() == [1, 2, 2]


def test_names_never_seen_share_one_more_bin():
    live = pd.Series(["b", "c", "d", "b"])
    counts = count_names("label", ["a", "b"], np.array([3, 1]), live)
    assert (counts.before.tolist(), counts.after.tolist()) == ([3, 1, 0], [0, 2, 2])


def test_rows_of_the_same_source_give_no_alarm_in_twenty_seeds(reference):
    watch = ["height", "label"]
    results = [compare(reference, recorded(seed), watch=watch) for seed in range(20)]
    assert [result.exit_code for result in results] == [0] * 20
    assert len(results[0].columns) == 5


def test_a_shift_is_an_alarm_when_watched(reference, tmp_path):
    live = recorded(1).assign(height=recorded(1)["height"] + 1)
    result = compare(reference, live, tmp_path / "drift.html", ["height"])
    assert result.exit_code == 1
    assert [column.column for column in result.drifted] == ["height"]
    page = (tmp_path / "drift.html").read_text("utf-8")
    assert "watched column height drifted" in page
    assert "<td>marks</td>" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_new_label_is_an_alarm(reference):
    live = recorded(1)
    live.loc[:99, "label"] = "<b>hot"
    result = compare(reference, live, watch=["label"])
    assert [column.column for column in result.drifted] == ["label"]
    assert result.exit_code == 1


def test_a_sure_but_small_change_is_none_that_matters(reference):
    live = pd.concat([recorded(seed) for seed in range(20)]).assign(shape="round")
    live.loc[live.index % 5 < 2, "shape"] = "flat"
    column = next(one for one in compare(reference, live).columns if one.column == "shape")
    assert column.p_value < 0.05
    assert not column.drifted


def test_a_column_that_is_not_there_is_named(reference):
    with pytest.raises(InputError, match="column 'height'"):
        compare(reference, recorded(1).drop(columns="height"))
    with pytest.raises(InputError, match="--watch weight: no such column"):
        compare(reference, recorded(1), watch=["weight"])


@pytest.mark.parametrize("content", ["{", "[]", '{"schema_version": 2}', b"\xff\xfe"])
def test_a_reference_that_cannot_be_read_is_named(tmp_path, monkeypatch, content):
    monkeypatch.setattr(sketch, "FUNCTIONS", tmp_path)
    folder = tmp_path / "iris" / "versions" / "1.0.0"
    with pytest.raises(InputError, match="is not there"):
        read_reference("iris", "1.0.0")
    folder.mkdir(parents=True)
    path = folder / "reference.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match="not a reference sketch"):
        read_reference("iris", "1.0.0")


def test_a_written_reference_is_read_back(tmp_path, monkeypatch, reference):
    monkeypatch.setattr(sketch, "FUNCTIONS", tmp_path)
    folder = tmp_path / "iris" / "versions" / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "reference.json").write_text(json.dumps(reference))
    assert read_reference("iris", "1.0.0") == reference
