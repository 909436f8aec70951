"""Recorded requests as rows of columns."""

import json
from datetime import UTC, datetime

import pytest

from inlet_training.drift.instances import EXPANSIONS, expand
from inlet_training.drift.period import Period, read_period
from inlet_training.errors import InputError
from inlet_training.paths import FUNCTIONS

IRIS = (
    {"features": [[5.1, 3.5, 1.4, 0.2], [6, 3, 5, 2]]},
    {
        "predictions": [0, 2],
        "labels": ["setosa", "virginica"],
        "probabilities": [[1, 0, 0], [0, 0.25, 0.75]],
    },
)
ONE_TEXT = ({"text": "So good!"}, {"label": "positive", "score": 0.9, "confidence": 0.9})
TEXTS = (
    {"texts": ["So good!", "Never again."]},
    {
        "results": [
            {"label": "positive", "score": 0.9, "confidence": 0.9},
            {"label": "negative", "score": 0.2, "confidence": 0.8},
        ]
    },
)
IMAGE = [[16] * 8] * 4 + [[0] * 8] * 4


def test_every_served_model_can_be_watched():
    assert set(EXPANSIONS) == {path.parent.name for path in FUNCTIONS.glob("*/handler.ts")}


def test_a_request_with_several_flowers_gives_a_row_for_each():
    first, second = expand("iris", [IRIS], 10).rows
    assert first["sepal_length"] == 5.1
    assert second == {
        "sepal_length": 6.0,
        "sepal_width": 3.0,
        "petal_length": 5.0,
        "petal_width": 2.0,
        "label": "virginica",
        "confidence": 0.75,
    }


def test_an_image_gives_its_descriptors():
    answer = {"digit": 7, "probabilities": [0.0] * 7 + [1.0, 0, 0], "confidence": 1.0}
    (row,) = expand("digits", [({"image": IMAGE}, answer)], 10).rows
    assert row["ink"] == 8
    assert row["ink_in_upper_half"] == 1
    assert row["label"] == "7"


def test_texts_give_descriptors_and_stay_at_hand():
    instances = expand("sentiment", [ONE_TEXT, TEXTS], 10)
    assert instances.texts == ["So good!", "So good!", "Never again."]
    assert [row["label"] for row in instances.rows] == ["positive", "positive", "negative"]
    assert [row["words"] for row in instances.rows] == [2, 2, 2]
    assert instances.rows[0] == instances.rows[1]


def test_a_summary_has_no_label():
    (row,) = expand("summarize", [({"text": "One. Two.", "sentences": 1}, {})], 10).rows
    assert "label" not in row and "confidence" not in row
    assert row["characters"] == 9


def test_the_limit_counts_instances_and_stops_reading():
    def answers():
        yield TEXTS
        yield TEXTS
        raise AssertionError("read on")

    assert len(expand("sentiment", answers(), 3).rows) == 3


@pytest.mark.parametrize("asked", [None, {"sha256": "0" * 64}])
def test_requests_without_their_input_are_counted(asked):
    instances = expand("sentiment", [(asked, ONE_TEXT[1]), ONE_TEXT], 10)
    assert (len(instances.rows), instances.hidden) == (1, 1)


@pytest.mark.parametrize(
    "answer",
    [
        ({"features": [[1, 2, 3]]}, IRIS[1]),
        ({"features": [[1, 2, 3, 4]]}, IRIS[1]),
        ({"features": "x"}, IRIS[1]),
        (["features"], IRIS[1]),
        (IRIS[0], None),
        (IRIS[0], {"labels": ["setosa", "setosa"], "probabilities": [[], []]}),
        ({"text": "x"}, ONE_TEXT[1]),
    ],
)
def test_requests_of_another_shape_are_counted_and_leave_nothing(answer):
    instances = expand("iris", [answer, IRIS], 10)
    assert (len(instances.rows), instances.foreign) == (2, 1)


def test_rows_and_texts_stay_together_in_the_recorded_goldens():
    golden = json.loads((FUNCTIONS / "sentiment" / "golden" / "2.0.0.json").read_text("utf-8"))
    asked = [case["request"] for case in golden["cases"] if "text" in case["request"]]
    instances = expand("sentiment", [(one, ONE_TEXT[1]) for one in asked], 10_000)
    assert len(instances.rows) == len(asked) >= 30
    assert [row["characters"] for row in instances.rows] == [len(text) for text in instances.texts]


def test_a_time_without_a_zone_is_utc():
    period = read_period(("--from", "--to"), "2026-03-01", "2026-03-02T01:00:00+01:00")
    assert period == Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))


def test_a_period_without_an_end_lasts_until_now():
    before = datetime.now(UTC)
    assert read_period(("--from", "--to"), "2026-03-01", None).end >= before


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("yesterday", None, "--from yesterday: not an ISO 8601 time"),
        ("2026-03-01", "2026-13-01", "--to 2026-13-01: not an ISO 8601 time"),
        ("2026-03-02", "2026-03-01", "--from must be before --to"),
        ("2026-03-02", "2026-03-02", "--from must be before --to"),
    ],
)
def test_a_period_that_cannot_be_is_named(start, end, words):
    with pytest.raises(InputError) as caught:
        read_period(("--from", "--to"), start, end)
    assert words in str(caught.value)


def test_periods_that_share_a_moment_overlap():
    first = read_period(("--from", "--to"), "2026-03-01", "2026-03-03")
    assert first.overlaps(read_period(("--from", "--to"), "2026-03-02", "2026-03-05"))
    assert not first.overlaps(read_period(("--from", "--to"), "2026-03-03", "2026-03-05"))
