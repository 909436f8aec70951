"""Scoring with a model of the registry, as a person does it from the command line."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import click
import mlflow
import numpy as np
import onnx
import pandas
import pytest
from click.testing import CliRunner
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec
from onnx import TensorProto, helper
from sklearn.ensemble import RandomForestClassifier

from inlet_training.errors import InputError
from inlet_training.paths import TRAINING
from inlet_training.score.command import score
from inlet_training.score.mlflow_scorer import MlflowScorer
from inlet_training.score.model_input import read_signature
from inlet_training.score.problems import RunStoppedError
from inlet_training.track.store import connect, make_experiment

pytestmark = pytest.mark.filterwarnings("ignore:.*stages:FutureWarning")

COLUMNS = ("radius", "texture")
ROWS = 8_000
CHUNK = 100
END_SECONDS = 120


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """A registry with Forest, version 1 in Production, 2 in Staging, and Idle without a version."""
    folder = tmp_path_factory.mktemp("registry")
    address = f"sqlite:///{folder}/mlflow.db"
    generator = np.random.default_rng(5)
    table = pandas.DataFrame(generator.normal(size=(300, 2)), columns=COLUMNS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", address)
        client = connect()
        experiment = make_experiment(client, "exam-training")
        for labels in (table["radius"] > 0, table["radius"] < 0):
            forest = RandomForestClassifier(20, random_state=5).fit(table, labels.astype(int))
            with mlflow.start_run(experiment_id=experiment):
                mlflow.sklearn.log_model(
                    forest,
                    name="model",
                    signature=infer_signature(table, forest.predict(table)),
                    pip_requirements=[],
                    skops_trusted_types=["sklearn.tree._tree.Tree"],
                    registered_model_name="Forest",
                )
        client.transition_model_version_stage("Forest", "1", "Production")
        client.transition_model_version_stage("Forest", "2", "Staging")
        client.create_registered_model("Idle")
        yield SimpleNamespace(address=address, client=client)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("id,texture,radius\n1,0,2\n2,0,-2\n3,,1\n4,1,1.5\n", encoding="utf-8")
    return path


def invoke(registry, *given):
    environment = {"MLFLOW_TRACKING_URI": registry.address}
    return CliRunner(env=environment).invoke(score, [str(each) for each in given])


def predictions(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["id"], row["prediction"]) for row in csv.DictReader(file)]


def test_the_production_version_scores_columns_in_any_order(registry, source, tmp_path):
    result = invoke(registry, source, tmp_path / "out.csv", "--model", "Forest")
    assert result.exit_code == 3, result.output
    assert predictions(tmp_path / "out.csv") == [("1", "1"), ("2", "0"), ("4", "1")]
    assert "4 rows read = 3 written" in result.output and "1 rejected" in result.output
    rejected = (tmp_path / "out.csv.rejected.csv").read_text(encoding="utf-8")
    assert rejected == 'line,reason,row\n4,texture is empty,"3,,1"\n'


def test_rows_that_are_all_good_end_with_0(registry, source, tmp_path):
    source.write_text("texture,radius,id\n1,2,3\n", encoding="utf-8")
    assert invoke(registry, source, tmp_path / "out.csv", "--model", "Forest").exit_code == 0


def test_another_stage_is_another_version(registry, source, tmp_path):
    out = tmp_path / "out.csv"
    invoke(registry, source, out, "--model", "Forest", "--stage", "staging")
    assert predictions(out) == [("1", "0"), ("2", "1"), ("4", "0")]


def test_without_a_stage_the_alias_of_that_name_is_taken(registry, source, tmp_path):
    registry.client.set_registered_model_alias("Forest", "champion", "2")
    out = tmp_path / "out.csv"
    result = invoke(registry, source, out, "--model", "Forest", "--stage", "Champion")
    assert "version 2" in result.output
    assert len(predictions(out)) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--model", "Idle"], "Idle has no version in stage Production: put one there"),
        (["--model", "None'such"], "the registry has no model None'such; it has: Forest, Idle"),
        (["--model", "Forest", "--version", "1"], "--version needs --gateway"),
        (["--model", "Forest", "--chunk", "0"], "--chunk"),
        ([], "--model"),
    ],
)
def test_a_wrong_call_ends_with_2_and_writes_nothing(registry, source, tmp_path, options, message):
    result = invoke(registry, source, tmp_path / "out.csv", *options)
    assert result.exit_code == 2
    assert message in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_a_missing_column_ends_with_2_and_writes_nothing(registry, source, tmp_path):
    source.write_text("radius,id\n1,2\n", encoding="utf-8")
    result = invoke(registry, source, tmp_path / "out.csv", "--model", "Forest")
    assert (result.exit_code, "lacks texture" in result.output) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_a_disk_that_fails_ends_with_1(registry, source, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    result = invoke(registry, source, tmp_path / "out.csv", "--model", "Forest")
    assert (result.exit_code, "No space left" in result.output) == (1, True)


def test_a_killed_run_is_continued_without_a_row_twice_or_missing(registry, tmp_path):
    source, out, journal = (tmp_path / name for name in ("in.csv", "out.csv", "out.csv.journal"))
    generator = np.random.default_rng(6)
    table = pandas.DataFrame(generator.normal(size=(ROWS, 2)), columns=COLUMNS)
    table.insert(0, "id", np.arange(ROWS))
    table.loc[::1000, "texture"] = np.nan
    table.to_csv(source, index=False)
    options = [source, out, "--model", "Forest", "--chunk", CHUNK]
    process = subprocess.Popen(
        [sys.executable, "-m", "inlet_training", "score", *map(str, options)],
        cwd=TRAINING,
        env={**os.environ, "MLFLOW_TRACKING_URI": registry.address},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + END_SECONDS
    while not journal.exists() or json.loads(journal.read_text())["written"] < 5 * CHUNK:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not out.exists()

    continued = invoke(registry, *options)
    assert (continued.exit_code, "goes on behind" in continued.output) == (3, True)
    assert f"{ROWS:,} rows read = {ROWS - 8:,} written" in continued.output
    whole = tmp_path / "whole.csv"
    assert invoke(registry, source, whole, "--model", "Forest").exit_code == 3
    assert predictions(out) == predictions(whole)
    rejected = tmp_path / "out.csv.rejected.csv"
    assert rejected.read_bytes() == (tmp_path / "whole.csv.rejected.csv").read_bytes()


def softmax_of_features(folder, signature):
    """An ONNX model [N,2] to probabilities [N,2] of its labels, loaded by MLflow."""
    graph = helper.make_graph(
        [helper.make_node("Softmax", ["features"], ["probabilities"], axis=1)],
        "softmax",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", 2])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", 2])],
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    helper.set_model_props(model, {"labels": json.dumps(["left", "right"])})
    onnx.checker.check_model(model)
    mlflow.onnx.save_model(
        model, folder, signature=signature, pip_requirements=[], save_as_external_data=False
    )
    return mlflow.pyfunc.load_model(str(folder))


OUTPUTS = Schema([TensorSpec(np.dtype("float32"), (-1, 2), "probabilities")])
AS_TENSOR = Schema([TensorSpec(np.dtype("float32"), (-1, 2), "features")])
AS_TABLE = Schema([ColSpec("double", "features_0"), ColSpec("double", "features_1")])


@pytest.mark.parametrize("inputs", [AS_TENSOR, AS_TABLE])
def test_an_onnx_model_answers_with_the_labels_of_its_file(tmp_path, inputs):
    model = softmax_of_features(tmp_path / "model", ModelSignature(inputs, OUTPUTS))
    scorer = MlflowScorer(model, {"model": "softmax"})
    assert [column.name for column in scorer.columns] == ["features_0", "features_1"]
    table = {"features_0": np.array([3.0, 0, 1]), "features_1": np.array([1.0, 2, 0])}
    assert scorer.score(table) == [("left",), ("right",), ("left",)]


def columns_of(inputs, model="any"):
    return [
        (column.name, column.kind)
        for column in read_signature(ModelSignature(inputs), model).columns
    ]


def test_a_signature_names_the_columns_and_their_kinds():
    kinds = {"double": "number", "float": "number", "long": "whole", "integer": "whole"}
    inputs = Schema([ColSpec(kind, f"a {kind}") for kind in (*kinds, "string")])
    assert columns_of(inputs) == [
        *((f"a {name}", kind) for name, kind in kinds.items()),
        ("a string", "text"),
    ]


def test_an_image_is_the_columns_of_its_pixels():
    inputs = Schema([TensorSpec(np.dtype("float32"), (-1, 8, 8), "image")])
    names = columns_of(inputs, "digits")
    assert (len(names), names[9][0]) == (64, "pixel_1_1")
    read = read_signature(ModelSignature(inputs), "digits")
    table = {column.name: np.full(3, index) for index, column in enumerate(read.columns)}
    assert read.make(table)["image"][2, 1, 1] == 9


@pytest.mark.parametrize(
    "inputs",
    [
        None,
        Schema([ColSpec(DataType.datetime, "when")]),
        Schema([ColSpec("double")]),
        Schema([TensorSpec(np.dtype("int64"), (-1, -1), "input_ids")]),
        Schema([TensorSpec(np.dtype("str"), (-1, 2), "words")]),
    ],
)
def test_a_signature_that_rows_cannot_fill_is_refused(inputs):
    with pytest.raises(InputError):
        read_signature(inputs and ModelSignature(inputs), "any")


def failing_scorer(fails):
    """A model of one column that fails on tables for which fails(values) is true."""

    def predict(table):
        values = table["value"].to_numpy()
        if fails(values):
            raise ValueError("cannot\nat all")
        return values * 2

    signature = ModelSignature(Schema([ColSpec("double", "value")]))
    metadata = SimpleNamespace(signature=signature, metadata=None)
    model = SimpleNamespace(predict=predict, metadata=metadata, loader_module="any")
    return MlflowScorer(model, {"model": "any"})


def test_rows_that_a_model_fails_on_are_rejected_and_the_others_answered():
    scorer = failing_scorer(lambda values: np.any(values == 7))
    outcomes = scorer.score({"value": np.arange(20.0)})
    reasons = [getattr(outcome, "reason", None) for outcome in outcomes]
    assert [index for index, reason in enumerate(reasons) if reason] == [7]
    assert reasons[7] == "the model fails on it: cannot"
    assert outcomes[8] == ("16.0",)


def test_a_model_that_fails_on_everything_stops_the_run():
    with pytest.raises(RunStoppedError, match="the model fails: cannot") as stopped:
        failing_scorer(lambda values: True).score({"value": np.arange(20.0)})
    assert isinstance(stopped.value, click.ClickException) and stopped.value.exit_code == 1
