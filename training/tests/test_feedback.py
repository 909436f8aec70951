"""From feedback on real predictions to a better model: gateway, DVC, training, MLflow."""

import json
import shutil
import subprocess

import numpy as np
import pytest
import urllib3
import yaml
from click.testing import CliRunner
from dvc.repo import Repo

from inlet_training.command_line import commands
from inlet_training.data.tables import IRIS_SPECIES, read_iris
from inlet_training.export.onnx_file import open_session
from inlet_training.feedback import files
from inlet_training.feedback.tracked import md5_of
from inlet_training.paths import FUNCTIONS, REPOSITORY
from inlet_training.track.store import find_experiment
from tests.tracking_store import open_store

SETTINGS = (".dvc/config", ".dvc/.gitignore", ".dvcignore", "training/.gitignore")
FLOWERS_A_REQUEST = 10
CENTIMETRES_AN_INCH = 2.54


@pytest.fixture
def repository(monkeypatch, tmp_path):
    """An empty clone's settings; where its tables of feedback go, which is not there yet."""
    for name in ("DVC_SITE_CACHE_DIR", "DVC_GLOBAL_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    clone = tmp_path / "clone"
    for name in SETTINGS:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, clone / name)
    subprocess.run(["git", "init", "--quiet", str(clone)], check=True)
    return clone


def post(address, path, body):
    answer = urllib3.request("POST", f"{address}/api/v1/{path}", json=body)
    assert answer.status == 200, answer.data
    return answer.json()


def invoke(*words):
    return CliRunner().invoke(commands, [str(word) for word in words])


def flowers_in_inches():
    """All flowers as a gauge in inches would have them, each a little different, and species."""
    centimetres, species = read_iris()
    noise = np.random.default_rng(7).normal(0, 0.02, centimetres.shape)
    return np.round(centimetres / CENTIMETRES_AN_INCH + noise, 3), np.array(IRIS_SPECIES)[species]


def predict_and_judge(address):
    """Asks for all flowers in inches, and tells the model what each of them is."""
    flowers, species = flowers_in_inches()
    order = np.random.default_rng(8).permutation(len(flowers))
    for chosen in np.array_split(order, len(order) // FLOWERS_A_REQUEST):
        features = flowers[chosen].tolist()
        identifier = post(address, "predict", {"model": "iris", "features": features})
        post(
            address,
            f"predictions/{identifier['prediction_id']}/feedback",
            {"labels": species[chosen].tolist()},
        )


def test_feedback_makes_a_better_model(real_gateway, repository, monkeypatch, tmp_path):
    shipped = {path: path.stat().st_mtime_ns for path in FUNCTIONS.rglob("*") if path.is_file()}
    folder = repository / "training" / "data" / "feedback"
    nothing = invoke("feedback", "digits", "--gateway", real_gateway, "--folder", folder)
    assert (nothing.exit_code, "nothing to learn from" in nothing.output) == (2, True)
    assert list(folder.iterdir()) == []

    predict_and_judge(real_gateway)
    done = invoke("feedback", "iris", "--gateway", real_gateway, "--folder", folder)
    assert done.exit_code == 0, done.output
    assert "15 labelled predictions = 15 written" in done.output
    assert "150 labels" in done.output
    table = folder / "iris.csv"
    (tracked,) = yaml.safe_load((folder / "iris.csv.dvc").read_text("utf-8"))["outs"]
    assert tracked["md5"] == md5_of(table)
    assert tracked["size"] == table.stat().st_size
    shown = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all", "training/data"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "?? training/data/feedback/iris.csv.dvc\n"
    content = table.read_bytes()
    with Repo(str(repository)) as opened:
        assert opened.push([f"{table}.dvc"], remote="local") == 1
        shutil.rmtree(repository / ".dvc" / "cache")
        table.unlink()
        opened.pull([f"{table}.dvc"], remote="local")
    assert table.read_bytes() == content

    client = open_store(monkeypatch, tmp_path)
    monkeypatch.setattr(files, "FOLDER", tmp_path / "candidates")
    done = invoke("retrain", "iris", "--folder", folder)
    assert done.exit_code == 0, done.output
    (logged,) = client.search_runs([find_experiment(client, "inlet-iris")])
    figures = logged.data.metrics
    assert logged.data.tags["feedback_md5"] == tracked["md5"]
    assert figures["feedback.candidate.rows"] >= 20
    assert figures["feedback.1.0.0.accuracy"] < 0.75
    assert figures["feedback.candidate.accuracy"] > 0.85
    assert figures["feedback.1.0.0.gain_interval_95.0"] > 0.1
    # What it knew before it knows still.
    assert figures["tests.candidate.accuracy"] > 0.9
    datasets = {each.dataset.name: each.dataset.digest for each in logged.inputs.dataset_inputs}
    assert datasets["feedback/iris.csv"] == tracked["md5"]

    # The written file is one that a function could serve, and functions/ is as it was.
    session = open_session(tmp_path / "candidates" / "iris" / "model.onnx")
    flowers, species = flowers_in_inches()
    (probabilities,) = session.run(["probabilities"], {"features": flowers.astype(np.float32)})
    assert (np.array(IRIS_SPECIES)[probabilities.argmax(axis=1)] == species).mean() > 0.9
    assert json.loads(session.get_modelmeta().custom_metadata_map["labels"]) == list(IRIS_SPECIES)
    assert shipped == {
        path: path.stat().st_mtime_ns for path in FUNCTIONS.rglob("*") if path.is_file()
    }

    again = invoke("retrain", "iris", "--folder", folder)
    assert "inlet-iris: iris-candidate: there already" in again.output
    table.write_bytes(content + content.splitlines(keepends=True)[-1])
    changed = invoke("retrain", "iris", "--folder", folder)
    assert (changed.exit_code, "is not what iris.csv.dvc tracks" in changed.output) == (2, True)
