"""The way of a tracked run through the model registry."""

from functools import partial

import mlflow
import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.ensemble import RandomForestClassifier

from inlet_training.command_line import commands
from inlet_training.register import models
from inlet_training.track import served
from inlet_training.track.exam import pinned
from inlet_training.track.runs import RunFacts, log_run
from inlet_training.track.store import EXAM_EXPERIMENT, served_experiment
from tests.tracking_store import open_store

FOREST = "RandomForestClassifier"
# Name, estimator, accuracy and accuracy over the folds; the first two forests are equal.
EXAM_RUNS = [
    ("lucky_forest", FOREST, 0.956, 0.94),
    ("best_forest", FOREST, 0.956, 0.96),
    ("logistic_regression", "Pipeline", 0.98, 0.97),
    ("good_forest", FOREST, 0.93, 0.95),
    ("weak_forest", FOREST, 0.85, 0.84),
]
IRIS_VERSIONS = {"1.0.0": 0.9, "1.1.0": 0.95, "2.0.0": 0.97}


def log_forest() -> None:
    forest = RandomForestClassifier(n_estimators=2, random_state=1)
    forest.fit(np.arange(8).reshape(4, 2), [0, 0, 1, 1])
    mlflow.sklearn.log_model(
        forest,
        name="model",
        pip_requirements=pinned("scikit-learn"),
        skops_trusted_types=["sklearn.tree._tree.Tree"],
    )


def run_facts(experiment, name, metrics, tags, log_model=log_forest):
    return RunFacts(experiment, name, f"digest of {name}", {"n": 1}, metrics, tags, [], log_model)


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A folder with a store of runs, nothing of them registered."""
    folder = tmp_path_factory.mktemp("logged")
    with pytest.MonkeyPatch.context() as patch:
        client = open_store(patch, folder)
        for name, estimator, accuracy, cv_accuracy in EXAM_RUNS:
            metrics = {"accuracy": accuracy, "cv_accuracy": cv_accuracy}
            log_run(client, run_facts(EXAM_EXPERIMENT, name, metrics, {"estimator": estimator}))
        for version, accuracy in IRIS_VERSIONS.items():
            tags = {"model": "iris", "version": version}
            experiment = served_experiment("iris")
            log_run(client, run_facts(experiment, f"iris-{version}", {"accuracy": accuracy}, tags))
        broken = run_facts(
            EXAM_EXPERIMENT, "broken", {"accuracy": 0.99}, {"estimator": FOREST}, partial(int, "x")
        )
        with pytest.raises(ValueError, match="invalid literal"):
            log_run(client, broken)
    return folder


@pytest.fixture
def client(logged, tmp_path, monkeypatch):
    """A client of a fresh copy of that store; iris has its three versions, 1.1.0 the default."""

    def facts(model, version):
        card = {"description": f"Iris {version}."}
        return {"training_digest": f"digest of {model}-{version}", "card": card}

    def versions():
        return [("iris", version) for version in IRIS_VERSIONS]

    for module in (models, served):
        monkeypatch.setattr(module, "served_versions", versions)
    monkeypatch.setattr(models, "read_version_facts", facts)
    monkeypatch.setattr(models, "read_card", lambda model: {"default_version": "1.1.0"})
    return open_store(monkeypatch, tmp_path, logged)


def run(*words: str, exit_code: int = 0) -> str:
    """The output of a command that ends with an exit code."""
    answer = CliRunner().invoke(commands, words)
    assert answer.exit_code == exit_code, answer.output
    return answer.output


def log_better_forest(client) -> None:
    metrics = {"accuracy": 0.99, "cv_accuracy": 0.99}
    facts = run_facts(EXAM_EXPERIMENT, "better_forest", metrics, {"estimator": FOREST})
    assert log_run(client, facts)


def test_the_three_best_finished_runs_are_printed_best_first(client):
    lines = run("runs").splitlines()
    assert [line.split()[0] for line in lines] == [
        "run",
        "logistic_regression",
        "best_forest",
        "lucky_forest",
    ]


def test_runs_are_asked_for_by_number_accuracy_and_experiment(client):
    assert len(run("runs", "--top", "10").splitlines()) == 1 + 4
    assert len(run("runs", "--top", "10", "--above", "0.95").splitlines()) == 1 + 3
    assert "iris-2.0.0" in run("runs", "--experiment", "inlet-iris", "--top", "1")
    assert run("runs", "--above", "0.995").startswith("no finished run of exam-training above")
    assert "there is no experiment other" in run("runs", "--experiment", "other", exit_code=2)


def test_the_best_forest_becomes_exam_classifier_in_staging(client):
    assert "ExamClassifier: version 1 in Staging" in run("register", "exam")
    version = client.get_model_version("ExamClassifier", "1")
    assert client.get_run(version.run_id).info.run_name == "best_forest"
    assert version.current_stage == "Staging"
    assert version.aliases == ["staging"]
    assert version.description == "Best model from exam, accuracy=0.96"
    loaded = mlflow.sklearn.load_model("models:/ExamClassifier/Staging")
    assert list(loaded.predict([[0, 1], [6, 7]])) == [0, 1]


def test_registering_again_makes_no_second_version(client):
    run("register", "exam")
    run("register", "exam")
    assert len(client.search_model_versions("name = 'ExamClassifier'")) == 1
    run("promote", "exam")
    assert "version 1 in Production" in run("register", "exam")


def test_promotion_moves_stage_and_aliases_and_archives_the_former_version(client):
    run("register", "exam")
    assert "ExamClassifier: version 1 in Production" in run("promote", "ExamClassifier")
    log_better_forest(client)
    run("register", "exam")
    assert client.get_model_version("ExamClassifier", "2").current_stage == "Staging"
    assert client.get_model_version("ExamClassifier", "2").aliases == ["staging"]
    run("promote", "exam")
    first, second = (client.get_model_version("ExamClassifier", number) for number in "12")
    assert (first.current_stage, first.aliases) == ("Archived", [])
    assert (second.current_stage, second.aliases) == ("Production", ["production"])
    assert mlflow.sklearn.load_model("models:/ExamClassifier/Production")
    assert mlflow.sklearn.load_model("models:/ExamClassifier@production")


def test_a_former_version_comes_back_by_its_number(client):
    test_promotion_moves_stage_and_aliases_and_archives_the_former_version(client)
    run("promote", "exam", "--version", "1")
    first, second = (client.get_model_version("ExamClassifier", number) for number in "12")
    assert (first.current_stage, first.aliases) == ("Production", ["production"])
    assert (second.current_stage, second.aliases) == ("Archived", [])


def test_promotion_without_a_version_in_staging_says_what_to_do(client):
    assert "no registered model ExamClassifier" in run("promote", "exam", exit_code=2)
    run("register", "exam")
    run("promote", "exam")
    assert "ExamClassifier has no version in Staging" in run("promote", "exam", exit_code=2)
    assert "there are: 1" in run("promote", "exam", "--version", "7", exit_code=2)


def test_all_versions_of_a_served_model_are_registered_and_the_default_one_is_staged(client):
    assert "iris: 3 versions, 1.1.0 is version 2 in Staging" in run("register", "iris")
    found = [client.get_model_version("iris", number) for number in "123"]
    assert [version.tags["version"] for version in found] == list(IRIS_VERSIONS)
    assert [version.current_stage for version in found] == ["None", "Staging", "None"]
    assert found[2].description == "Iris 2.0.0."
    run("promote", "iris", "--version", "2.0.0")
    assert client.get_model_version("iris", "3").current_stage == "Production"
    assert client.get_model_version("iris", "2").aliases == ["staging"]


def test_all_registers_what_is_tracked_and_names_the_rest(client, monkeypatch):
    versions = [("digits", "1.0.0"), *models.served_versions()]
    for module in (models, served):
        monkeypatch.setattr(module, "served_versions", lambda: versions)
    output = run("register", "all")
    assert "ExamClassifier: version 1 in Staging" in output
    assert "skipped: digits 1.0.0 is not tracked: log it with the command track" in output
    assert "iris: 3 versions" in output
    assert "is not tracked" in run("register", "digits", exit_code=2)


def test_an_unknown_model_is_refused_with_those_that_there_are(client):
    message = "there is no model rose; there are: exam, iris, all"
    assert message in run("register", "rose", exit_code=2)


def test_the_registry_lists_every_version(client):
    assert "nothing is registered" in run("registry")
    run("register", "all")
    run("promote", "exam")
    header, exam, *iris = run("registry").splitlines()
    assert header.split()[:4] == ["name", "version", "semver", "stage"]
    assert exam.split()[:5] == ["ExamClassifier", "1", "Production", "production", "0.9560"]
    assert [line.split()[2] for line in iris] == list(IRIS_VERSIONS)
    assert "Best model from exam, accuracy=0.96" in exam
