"""The exam's stages on the real table, with small candidates, in a folder of their own."""

import json
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
import pandas
import pytest
import yaml
from click.testing import CliRunner
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from inlet_training import paths
from inlet_training.command_line import commands
from inlet_training.data.columns import BREAST_CANCER_FEATURES, TARGET
from inlet_training.errors import InputError
from inlet_training.export import exam as export
from inlet_training.export.onnx_file import open_session
from inlet_training.preprocess import clean as cleaning
from inlet_training.train.hold_out import read_clean_table, read_hold_out
from tests.exam_stages import run_stages, use_small_candidates


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """A folder in which all four stages have run."""
    folder = tmp_path_factory.mktemp("exam")
    with pytest.MonkeyPatch.context() as patch:
        use_small_candidates(patch, folder)
        run_stages(folder, folder)
        yield folder


def read_metrics(folder: Path, name: str) -> dict:
    return json.loads((folder / "metrics" / f"{name}.json").read_text(encoding="utf-8"))


def test_the_published_table_is_clean_as_it_is(stages):
    raw, clean = stages / "raw" / "train.csv", stages / "clean.csv"
    assert clean.read_bytes() == raw.read_bytes()


def test_rows_that_miss_a_value_or_stand_twice_are_dropped(stages, tmp_path):
    lines = (stages / "raw" / "train.csv").read_text().splitlines()
    without_a_value = lines[7][lines[7].index(",") :]
    source, target = tmp_path / "train.csv", tmp_path / "out" / "clean.csv"
    source.write_text("\n".join([*lines, lines[5], without_a_value]) + "\n")
    cleaning.clean(source, target)
    assert target.read_bytes() == (stages / "clean.csv").read_bytes()


def change_cell(column: str, value: str) -> Callable[[pandas.DataFrame], pandas.DataFrame]:
    def change(table: pandas.DataFrame) -> pandas.DataFrame:
        table.loc[3, column] = value
        return table

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop(columns="mean_area"), "missing: mean_area; unknown: none"),
        (lambda table: table.assign(colour="red"), "missing: none; unknown: colour"),
        (change_cell("mean_area", "big"), "line 5, column mean_area: 'big' is not a finite number"),
        (change_cell("mean_area", "inf"), "line 5, column mean_area: 'inf' is not a finite number"),
        (change_cell(TARGET, "2"), "line 5, column target: '2' is not 0 or 1"),
        (lambda table: table[table[TARGET] == "1"], "must hold both 0 and 1"),
        (lambda table: table.iloc[[0, 0, 0]], "more than 5% of the rows would be dropped"),
        (lambda table: table.iloc[:0], "must hold both 0 and 1"),
    ],
)
def test_a_table_that_is_not_the_exams_is_refused_by_what_is_wrong(
    stages, tmp_path, change, message
):
    source, target = tmp_path / "train.csv", tmp_path / "clean.csv"
    table = pandas.read_csv(stages / "raw" / "train.csv", dtype=str)
    change(table).to_csv(source, index=False)
    with pytest.raises(InputError, match=message):
        cleaning.clean(source, target)
    assert not target.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'a,b\n1,2\n1,2,3\n"'])
def test_a_file_that_is_no_table_is_refused(tmp_path, content):
    source = tmp_path / "train.csv"
    source.write_bytes(content)
    with pytest.raises(InputError, match=r"train\.csv"):
        cleaning.clean(source, tmp_path / "clean.csv")


def test_a_missing_file_ends_the_command_with_code_2_and_what_to_run(tmp_path, monkeypatch):
    monkeypatch.setattr(
        cleaning.clean, "__defaults__", (tmp_path / "train.csv", tmp_path / "clean.csv")
    )
    answer = CliRunner().invoke(commands, ["preprocess"])
    assert answer.exit_code == 2
    assert "write it with the command data" in answer.output
    with pytest.raises(InputError, match="preprocess"):
        read_clean_table(tmp_path / "clean.csv")


def test_the_same_table_gives_the_same_bytes_in_every_file(stages, tmp_path):
    run_stages(stages, tmp_path)
    for folder in ("models", "metrics", "reports"):
        files = sorted(path.relative_to(stages) for path in (stages / folder).rglob("*.*"))
        assert files
        for name in files:
            assert (tmp_path / name).read_bytes() == (stages / name).read_bytes(), name


def test_the_forest_of_the_parameters_is_the_model(stages):
    forest = joblib.load(stages / "models" / "model.pkl")
    assert type(forest).__name__ == "RandomForestClassifier"
    assert (forest.n_estimators, forest.max_depth, forest.random_state) == (10, 4, 42)
    assert tuple(forest.feature_names_in_) == BREAST_CANCER_FEATURES


def test_every_candidate_is_compared_over_the_folds(stages):
    facts = read_metrics(stages, "exam-candidates")
    assert facts["training_digest"] == "digest of train"
    assert set(facts["candidates"]) == {
        "logistic_regression",
        "random_forest",
        "gradient_boosting",
        "random_forest_shallow",
    }
    for candidate in facts["candidates"].values():
        assert candidate["parameters"]["random_state"] == 42
        assert candidate["cross_validation"]["folds"] == 2
        assert candidate["cross_validation"]["accuracy"] > 0.85


def test_the_hold_out_shares_no_row_with_the_training_part(stages):
    parts = read_hold_out(stages / "clean.csv")
    assert len(parts.train) + len(parts.test) == 569
    assert not set(parts.train.index) & set(parts.test.index)
    assert abs(parts.train_labels.mean() - parts.test_labels.mean()) < 0.01


def test_the_figures_are_those_of_scikit_learn_on_the_hold_out(stages):
    parts, facts = read_hold_out(stages / "clean.csv"), read_metrics(stages, "exam")
    for name, figures in facts["candidates"].items():
        classifier = joblib.load(stages / "models" / "candidates" / f"{name}.pkl")
        predicted = classifier.predict(parts.test)
        for metric, score in (
            ("accuracy", accuracy_score),
            ("precision", precision_score),
            ("recall", recall_score),
            ("f1", f1_score),
        ):
            assert figures[metric] == pytest.approx(score(parts.test_labels, predicted), abs=5e-5)
        interval = figures["accuracy_interval_95"]
        assert interval["low"] <= figures["accuracy"] <= interval["high"]
    assert facts["accuracy"] == facts["candidates"]["random_forest"]["accuracy"] > 0.85


def test_each_candidate_has_a_plot_and_the_answers_that_dvc_plots(stages):
    facts, folder = read_metrics(stages, "exam"), stages / "reports" / "exam"
    for name, figures in facts["candidates"].items():
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        answers = pandas.read_csv(folder / f"{name}.csv")
        assert len(answers) == facts["rows"]
        right = (answers["actual"] == answers["predicted"]).mean()
        assert right == pytest.approx(figures["accuracy"], abs=5e-5)


@pytest.mark.parametrize("rows", [1, 569])
def test_the_onnx_file_answers_as_the_forest_does_for_any_number_of_rows(stages, rows):
    features, _ = read_clean_table(stages / "clean.csv")
    session = open_session(stages / "models" / "exam.onnx")
    _, probabilities = session.run(None, {"features": features.head(rows).to_numpy()})
    expected = joblib.load(stages / "models" / "model.pkl").predict_proba(features.head(rows))
    np.testing.assert_allclose(probabilities, expected, atol=1e-5, rtol=0)
    known = session.get_modelmeta().custom_metadata_map
    assert known["training_digest"] == "digest of train"
    assert json.loads(known["features"]) == list(BREAST_CANCER_FEATURES)


def test_parity_is_measured_on_at_least_500_rows(stages):
    facts = read_metrics(stages, "exam-parity")
    assert facts["cases"] >= 500
    assert facts["largest_difference"] <= facts["tolerance"]
    assert facts["disagreeing_labels"] == 0


def test_an_onnx_file_of_another_forest_is_refused(stages, tmp_path, monkeypatch):
    other = joblib.load(stages / "models" / "candidates" / "random_forest_shallow.pkl")
    right = export.make_exam_graph
    monkeypatch.setattr(export, "make_exam_graph", lambda _, digest: right(other, digest))
    for folder in ("models", "metrics"):
        (tmp_path / folder).mkdir()
        for path in (stages / folder).glob("*.*"):
            (tmp_path / folder / path.name).write_bytes(path.read_bytes())
    with pytest.raises(InputError, match="does not answer as scikit-learn does"):
        export.export_exam(stages / "clean.csv", tmp_path / "models", tmp_path / "metrics")


def test_the_pipeline_has_the_paths_of_the_exam():
    stages = yaml.safe_load((paths.TRAINING / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert "data/raw/train.csv" in stages["preprocess"]["deps"]
    assert stages["preprocess"]["outs"] == ["data/processed/train_clean.csv"]
    assert "data/processed/train_clean.csv" in stages["train"]["deps"]
    assert "models/model.pkl" in stages["train"]["outs"]
