"""What the stages have written becomes runs, once each."""

import json
import socket
from dataclasses import replace

import mlflow
import numpy as np
import onnx
import pandas
import pytest
from click.testing import CliRunner
from mlflow.artifacts import download_artifacts

from inlet_training.command_line import commands
from inlet_training.data.columns import BREAST_CANCER_FEATURES
from inlet_training.data.tables import IRIS_FEATURES
from inlet_training.export.onnx_file import open_session
from inlet_training.paths import FUNCTIONS
from inlet_training.track import code_version, exam, served
from inlet_training.track.onnx_signature import make_example, make_signature
from inlet_training.track.runs import find_run, flatten, log_run
from inlet_training.track.store import EXAM_EXPERIMENT, find_experiment
from tests.exam_stages import SMALL, run_stages, use_small_candidates
from tests.tracking_store import open_store

CANDIDATES = {
    "logistic_regression",
    "random_forest",
    "gradient_boosting",
    "random_forest_shallow",
}
IRIS_FACTS = {
    "model": "iris",
    "version": "1.0.0",
    "stage": "iris",
    "training_digest": "digest of iris",
    "parameters": {"random_state": 20, "random_forest": {"n_estimators": 100}},
    "candidates": [{"name": "random_forest", "accuracy": 0.95, "deviation": 0.03, "folds": 5}],
    "card": {"quality": {"evaluation": "flowers", "accuracy": 0.98, "interval": [0.95, 1.0]}},
}


@pytest.fixture(scope="module")
def tracked(tmp_path_factory):
    """A store with the exam's candidates in it, and what they were logged from."""
    folder = tmp_path_factory.mktemp("track")
    with pytest.MonkeyPatch.context() as patch:
        use_small_candidates(patch, folder)
        run_stages(folder, folder)
        client = open_store(patch, folder)
        facts = exam.exam_runs(
            folder / "clean.csv", folder / "models", folder / "metrics", folder / "reports"
        )
        assert all(log_run(client, run) for run in facts)
        yield client, {run.name: run for run in facts}, folder


def runs_of(client, experiment=EXAM_EXPERIMENT):
    found = client.search_runs([find_experiment(client, experiment)])
    return {run.info.run_name: run for run in found}


def test_every_candidate_has_a_run_with_its_parameters_and_figures(tracked):
    client, _, folder = tracked
    measured = json.loads((folder / "metrics" / "exam.json").read_text())["candidates"]
    runs = runs_of(client)
    assert set(runs) == CANDIDATES
    forest = runs["random_forest"].data
    assert forest.params == {"n_estimators": "10", "max_depth": "4", "random_state": "42"}
    for name, run in runs.items():
        assert run.info.status == "FINISHED"
        scores = {score: measured[name][score] for score in exam.SCORES}
        assert scores.items() <= run.data.metrics.items()
        assert set(run.data.metrics) == {*exam.SCORES, "cv_accuracy", "cv_deviation"}


def test_a_run_says_of_which_code_and_data_it_is(tracked):
    client, _, _ = tracked
    run = runs_of(client)["random_forest"]
    assert run.data.tags["training_digest"] == "digest of train"
    assert code_version.code_version().items() <= run.data.tags.items()
    inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert {tag.value for item in inputs for tag in item.tags} == {"training", "evaluation"}
    rows = {json.loads(item.dataset.profile)["num_rows"] for item in inputs}
    assert rows == {455, 114}


def test_a_run_holds_the_plot_of_its_mistakes(tracked):
    client, facts, _ = tracked
    for name, run in runs_of(client).items():
        path = download_artifacts(run_id=run.info.run_id, artifact_path=f"plots/{name}.png")
        (plot,) = facts[name].plots
        with open(path, "rb") as file:
            assert file.read() == plot.read_bytes()


def test_a_logged_forest_predicts_from_named_columns_in_any_order(tracked):
    client, _, folder = tracked
    run = runs_of(client)["random_forest"]
    uri = f"runs:/{run.info.run_id}/model"
    table = pandas.read_csv(folder / "clean.csv", dtype=float)
    features = table.drop(columns="target")
    logged = mlflow.pyfunc.load_model(uri)
    assert logged.metadata.signature.inputs.input_names() == list(BREAST_CANCER_FEATURES)
    assert len(logged.input_example) == exam.EXAMPLE_ROWS
    predicted = logged.predict(features[features.columns[::-1]])
    assert (predicted == table["target"]).mean() > 0.9
    with pytest.raises(Exception, match="mean_area"):
        logged.predict(features.drop(columns="mean_area"))


def test_the_same_training_is_logged_once_and_another_one_again(tracked, tmp_path, monkeypatch):
    _, facts, folder = tracked
    client = open_store(monkeypatch, tmp_path, folder)
    run = facts["random_forest_shallow"]
    assert not log_run(client, run)
    assert len(client.search_runs([find_experiment(client, EXAM_EXPERIMENT)])) == len(CANDIDATES)
    assert log_run(client, replace(run, training_digest="another", log_model=lambda: None))


def test_a_run_that_broke_off_is_logged_again(tracked, tmp_path, monkeypatch):
    _, facts, folder = tracked
    client = open_store(monkeypatch, tmp_path, folder)
    experiment = find_experiment(client, EXAM_EXPERIMENT)

    def break_off():
        raise OSError("disk full")

    broken = replace(facts["random_forest"], training_digest="new", log_model=break_off)
    with pytest.raises(OSError, match="disk full"):
        log_run(client, broken)
    assert find_run(client, experiment, "random_forest", "new") is None
    assert log_run(client, replace(broken, log_model=lambda: None))
    assert find_run(client, experiment, "random_forest", "new") is not None


def test_missing_stages_are_named_with_what_to_run(tracked, tmp_path, monkeypatch):
    open_store(monkeypatch, tmp_path, tracked[2])
    empty = [tmp_path / name for name in ("clean.csv", "models", "metrics", "reports")]
    right = exam.exam_runs
    monkeypatch.setattr(exam, "exam_runs", lambda: right(*empty))
    monkeypatch.setattr(served, "read_version_facts", lambda model, version: None)
    answer = CliRunner().invoke(commands, ["track"])
    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    assert "skipped: exam: exam-candidates.json is not there: run dvc repro evaluate" in lines
    assert len(lines) == 1 + len(served.served_versions())


def test_a_served_version_predicts_as_its_onnx_file_does(tracked, tmp_path, monkeypatch):
    client = open_store(monkeypatch, tmp_path, tracked[2])
    monkeypatch.setattr(served, "read_stage", lambda stage: {"deps": ["params.yaml"]})
    assert log_run(client, served.served_run(IRIS_FACTS, tmp_path))
    run = runs_of(client, "inlet-iris")["iris-1.0.0"]
    assert run.data.params == {"random_state": "20", "random_forest.n_estimators": "100"}
    assert run.data.metrics["accuracy"] == 0.98
    assert run.data.metrics["cross_validation.random_forest.accuracy"] == 0.95
    assert run.data.tags["version"] == "1.0.0"

    logged = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
    flowers = pandas.DataFrame([[5.1, 3.5, 1.4, 0.2], [6.2, 3.4, 5.4, 2.3]], columns=IRIS_FEATURES)
    answer = logged.predict(flowers[["petal_width", "sepal_width", "petal_length", "sepal_length"]])
    session = open_session(FUNCTIONS / "iris" / "versions" / "1.0.0" / "model.onnx")
    (expected,) = session.run(["probabilities"], {"features": flowers.to_numpy(np.float32)})
    np.testing.assert_allclose(answer["probabilities"].to_numpy().reshape(2, 3), expected)


@pytest.mark.parametrize(("model", "version"), served.served_versions())
def test_every_served_file_has_a_signature_that_its_example_fits(model, version):
    folder = FUNCTIONS / model
    graph = onnx.load(folder / "versions" / version / "model.onnx").graph
    signature = make_signature(model, graph)
    golden = folder / "golden" / f"{version}.json"
    example = make_example(model, signature, golden)
    if model == "iris":
        assert signature.inputs.input_names() == list(IRIS_FEATURES)
        assert list(example.columns) == list(IRIS_FEATURES)
    else:
        assert signature.inputs.input_names() == [value.name for value in graph.input]
        assert all(spec.shape[0] == -1 for spec in signature.inputs.inputs)
    assert (example is None) == (model in ("sentiment", "summarize"))
    assert make_example(model, signature, folder / "none.json") is None


def test_the_data_of_a_stage_is_named_by_its_md5(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.csv").write_text("a\n1\n")
    monkeypatch.setattr(served, "TRAINING", tmp_path)
    stage = {"deps": ["data/rows.csv", "inlet_training/paths.py", "data/not-there.csv"]}
    monkeypatch.setattr(served, "read_stage", lambda name: stage)
    ((dataset, context),) = served.datasets_of("any")
    assert (dataset.name, context) == ("data/rows.csv", "training")
    assert dataset.digest == "34ff2335cbe2045ddc3b78993d1e971d"


def test_an_address_without_a_server_ends_the_command_with_code_2(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
    answer = CliRunner().invoke(commands, ["registry"])
    assert answer.exit_code == 2
    assert f"http://127.0.0.1:{port} does not answer as a tracking store" in answer.output


def test_nested_parameters_become_names_that_mlflow_takes():
    values = {"a": {"b": 1, "c (d)": [2, 3]}, "e": None}
    assert flatten(values) == {"a.b": 1, "a.c _d_.0": 2, "a.c _d_.1": 3, "e": None}


def test_outside_git_the_code_version_is_unknown(monkeypatch, tmp_path):
    monkeypatch.setattr(code_version, "TRAINING", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert code_version.code_version() == {"git_commit": "unknown", "git_dirty": "unknown"}


def test_the_small_candidates_are_those_that_are_tracked():
    assert {*SMALL, *SMALL["other_forests"]} >= CANDIDATES
