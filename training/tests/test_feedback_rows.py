"""Which labelled rows are learnt from, which are measured on, and which are none."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from inlet_training.command_line import commands
from inlet_training.data.sentences import Sentences
from inlet_training.data.tables import IRIS_SPECIES
from inlet_training.errors import InputError
from inlet_training.feedback.divide import divide, identity, is_held_out
from inlet_training.feedback.labelled import (
    COLUMNS,
    Example,
    HiddenInputError,
    UnfitRowError,
    read_row,
)
from inlet_training.feedback.recipe import Rows
from inlet_training.feedback.recipes import find_recipe, sentiment
from inlet_training.feedback.report import compare_with
from inlet_training.feedback.retraining import Measured, retrain_model
from inlet_training.feedback.tracked import md5_of, tracked_md5
from inlet_training.paths import FUNCTIONS
from inlet_training.score.served_columns import SERVED_COLUMNS

MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROW = {
    "prediction_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "created_at": "2026-03-01T11:00:00.000Z",
    "version": "1.0.0",
    "input": '{"features": [[5.1, 3.5, 1.4, 0.2]]}',
    "answer": "setosa",
    "label": "virginica",
    "feedback_at": "2026-03-01T12:00:00.000Z",
}
TWO = '{"features": [[5, 3, 1, 0], [6, 3, 5, 2]]}'


def read(model="iris", labels=IRIS_SPECIES, **changed):
    return read_row(model, labels, [{**ROW, **changed}[name].encode() for name in COLUMNS])


def test_a_row_gives_what_was_asked_and_what_it_should_have_been():
    (example,) = read()
    assert example == Example(ROW["prediction_id"], (5.1, 3.5, 1.4, 0.2), "virginica", MOMENT)
    second = read(input=TWO, answer="[]", label='[null, "setosa"]')
    assert [(each.instance, each.label) for each in second] == [((6.0, 3.0, 5.0, 2.0), "setosa")]


@pytest.mark.parametrize("model", sorted(SERVED_COLUMNS))
def test_every_served_model_takes_its_own_example(model):
    card = (FUNCTIONS / model / "model-card.md").read_text("utf-8")
    front = yaml.safe_load(card.split("---")[1])
    labels = front["versions"][front["default_version"]]["labels"]
    golden = FUNCTIONS / model / "golden" / f"{front['default_version']}.json"
    request = json.loads(golden.read_text("utf-8"))["cases"][0]["request"]
    request = {name: value[:1] if name == "features" else value for name, value in request.items()}
    label = labels[0] if labels else "correct"
    assert [each.label for each in read(model, labels, input=json.dumps(request), label=label)] == [
        label
    ]


@pytest.mark.parametrize("recorded", ["null", '{"sha256": "0f"}'])
def test_an_input_that_was_not_recorded_is_told_apart(recorded):
    with pytest.raises(HiddenInputError):
        read(input=recorded)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"prediction_id": "17"}, "prediction_id is no UUID"),
        ({"created_at": "yesterday"}, "created_at is no time in UTC"),
        ({"feedback_at": "2026-03-01T12:00:00"}, "feedback_at is no time in UTC"),
        ({"label": "rose"}, "label rose is none of setosa"),
        ({"label": ""}, "is none of setosa"),
        ({"label": "\x1b[2J"}, r"label \?\[2J"),
        ({"input": TWO}, "label is not JSON: virginica"),
        ({"input": TWO, "label": '["setosa"]'}, "label is not a list of 2"),
        ({"input": TWO, "label": '["setosa", 1]'}, "label 1 is none of"),
        ({"input": "{"}, "input is not JSON"),
        ({"input": "[" * 100_000}, "input is not JSON"),
        ({"input": '{"text": "x"}'}, "input is not one that iris takes"),
        ({"input": '{"features": []}'}, "input is not one that iris takes"),
        ({"input": '{"features": [[1, 2, 3]]}'}, "input is not one that iris takes"),
        ({"input": '{"features": [[1, 2, 3, true]]}'}, "input holds True where a number"),
        ({"input": '{"features": [[1, 2, 3, "4"]]}'}, "input holds 4 where a number"),
        ({"input": '{"features": [[1, 2, 3, null]]}'}, "input holds None where a number"),
        ({"input": '{"features": [[1, 2, 3, NaN]]}'}, "petal_width is not a number"),
        ({"input": '{"features": [[1, 2, 3, 1e999]]}'}, "petal_width is not between"),
        ({"input": f'{{"features": [[1, 2, 3, 1{"0" * 400}]]}}'}, "petal_width is not between"),
    ],
)
def test_a_row_that_is_not_the_models_says_why(changed, words):
    with pytest.raises(UnfitRowError, match=words):
        read(**changed)


@pytest.mark.parametrize("text", ['""', '" "', "1", '"\\ud800"', "[]"])
def test_a_text_that_is_none_is_refused(text):
    with pytest.raises(UnfitRowError):
        read("sentiment", ("negative", "positive"), input=f'{{"text": {text}}}', label="positive")


def test_the_letters_of_a_text_are_no_texts():
    with pytest.raises(UnfitRowError, match="not one that sentiment takes"):
        read("sentiment", ("negative", "positive"), input='{"texts": "x"}', label="positive")


def said(instance, label, minutes=0):
    return Example("an-id", instance, label, MOMENT + timedelta(minutes=minutes))


def test_the_last_judgement_of_a_row_wins_wherever_it_stands():
    examples = [said((1.1,), "b", 2), said((1.1,), "a", 1), said((1.1,), "c", 2)]
    divided = divide(examples, set(), set(), 0)
    assert [each.label for each in divided.learnt] == ["c"]
    assert (divided.said_again, divided.held_out) == (2, [])


def test_no_row_is_learnt_and_measured_on():
    examples = [said((float(number % 300), 0.1), "a", number) for number in range(1_000)]
    divided = divide(examples, set(), set(), 0.25)
    learnt = {identity(each.instance) for each in divided.learnt}
    held_out = {identity(each.instance) for each in divided.held_out}
    assert learnt & held_out == set()
    assert len(learnt) + len(held_out) == 300
    assert 50 < len(held_out) < 100
    # More rows later move none from one side to the other.
    later = divide([*examples, said((999.0, 0.1), "a")], set(), set(), 0.25)
    assert held_out <= {identity(each.instance) for each in later.held_out}


def test_rows_of_the_training_data_are_learnt_and_of_the_test_data_left_out():
    texts = [f"text number {number}" for number in range(100)]
    training = {identity(text) for text in texts[:50]}
    reserved = {identity(text) for text in texts[50:60]}
    examples = [said(text.upper() + "!", "a") for text in texts]
    divided = divide(examples, training, reserved, 0.5)
    assert (divided.known, divided.reserved) == (50, 10)
    assert training <= {identity(each.instance) for each in divided.learnt}
    assert (
        reserved & {identity(each.instance) for each in divided.learnt + divided.held_out} == set()
    )


def test_equal_rows_are_told_by_what_the_model_sees():
    assert identity((0.1, 2.0)) == identity((0.1 + 1e-12, 2.0))
    assert identity("So GOOD!") == identity("so  good")
    assert identity("!!") != identity("??")
    assert sum(is_held_out(str(number), 0.25) for number in range(1_000)) == pytest.approx(250, 0.2)


def test_better_and_worse_are_said_when_the_interval_says_so():
    labels = np.zeros(50, int)
    right, wrong = np.tile([1.0, 0], (50, 1)), np.tile([0, 1.0], (50, 1))
    for first, second, verdict in (
        (right, wrong, "better"),
        (wrong, right, "worse"),
        (right, right, "no difference shown"),
    ):
        measured = Measured("x", "x", labels, {"candidate": first, "1.0.0": second})
        assert compare_with(measured, "1.0.0")["verdict"] == verdict


@pytest.mark.parametrize("model", ["digits", "summarize", "roses", "../iris"])
def test_other_models_are_refused(model):
    with pytest.raises(InputError, match="is not retrained from feedback, only: iris, sentiment"):
        find_recipe(model)


def write_table(path, rows):
    lines = [",".join(COLUMNS)]
    for row in rows:
        values = {**ROW, **row}
        lines.append(",".join('"' + values[name].replace('"', '""') + '"' for name in COLUMNS))
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8", newline="")
    return path


def test_a_table_that_cannot_be_learnt_from_names_the_line(tmp_path):
    recipe = find_recipe("iris")
    table = write_table(tmp_path / "iris.csv", [{}, {"label": "rose"}])
    with pytest.raises(InputError, match=r"iris\.csv, line 3: label rose is none of"):
        retrain_model(recipe, table, "md5", 0.25, tmp_path)
    with pytest.raises(InputError, match=r"0 of its 1 different rows can be measured on"):
        retrain_model(recipe, write_table(table, [{}, {}]), "md5", 0.25, tmp_path)
    table.write_text("a,b\r\n", encoding="utf-8")
    with pytest.raises(InputError, match="its columns are not prediction_id"):
        retrain_model(recipe, table, "md5", 0.25, tmp_path)


def test_only_a_table_that_is_tracked_is_learnt_from(tmp_path):
    table = tmp_path / "iris.csv"
    result = CliRunner().invoke(commands, ["retrain", "iris", "--folder", str(tmp_path)])
    assert (result.exit_code, "training/run feedback iris" in result.output) == (2, True)
    table.write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="keep it with dvc add"):
        tracked_md5(table)
    pointer = tmp_path / "iris.csv.dvc"
    for content in ("outs: 1", "{", "outs:\n- md5: other\n"):
        pointer.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match="keep it with dvc add"):
            tracked_md5(table)
    pointer.write_text(f"outs:\n- md5: {md5_of(table)}\n", encoding="utf-8")
    assert tracked_md5(table) == md5_of(table)
    table.unlink()
    with pytest.raises(InputError, match="dvc pull"):
        tracked_md5(table)


def test_sentiment_learns_words_that_it_did_not_know(monkeypatch, tmp_path):
    every = sentiment.read_training_sentences()
    few = every.select(np.arange(0, len(every.texts), 40))
    tests = sentiment.read_test_sentences().select(np.arange(0, 60))
    monkeypatch.setattr(sentiment, "read_training_sentences", lambda: few)
    monkeypatch.setattr(sentiment, "read_test_sentences", lambda: tests)
    words = {"positive": "flumptious", "negative": "grobulent"}
    rows = [
        {"input": json.dumps({"text": f"The {word} thing number {number}"}), "label": label}
        for number in range(60)
        for label, word in words.items()
    ]
    rows.append({"input": json.dumps({"text": tests.texts[0]}), "label": "positive"})
    table = write_table(tmp_path / "sentiment.csv", rows)
    candidate = retrain_model(find_recipe("sentiment"), table, "md5", 0.25, tmp_path / "new")
    assert candidate.divided.reserved == 1
    on_feedback, on_tests = candidate.measured
    gains = [compare_with(on_feedback, version)["verdict"] for version in ("1.0.0", "2.0.0")]
    assert gains == ["better", "better"]
    assert isinstance(few, Sentences) and len(on_tests.labels) == 60
    assert set(on_tests.answers) == {"candidate", "1.0.0", "2.0.0"}
    vocabulary = json.loads((tmp_path / "new" / "vocabulary.json").read_text("utf-8"))
    assert [path.name for path in candidate.paths] == ["model.onnx", "vocabulary.json"]
    assert {"flumptious", "grobulent"} <= set(vocabulary)


def test_rows_are_chosen_and_joined():
    rows = Rows(["a", "b", "c"], np.array([0, 1, 2]))
    joined = rows.select(np.array([2, 0])) + rows.select(np.array([1]))
    assert (joined.instances, joined.labels.tolist()) == (["c", "a", "b"], [2, 0, 1])
