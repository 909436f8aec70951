"""The exam's four stages with small candidates, in a folder of their own."""

from pathlib import Path

import pytest
import yaml

from inlet_training import parameters
from inlet_training.data.raw import write_raw_files
from inlet_training.evaluate.exam import evaluate_exam
from inlet_training.export.exam import export_exam
from inlet_training.preprocess.clean import clean
from inlet_training.train import exam as training

SMALL = {
    "preprocess": {"largest_dropped_share": 0.05},
    "exam": {"random_state": 42, "test_size": 0.2, "folds": 2},
    "logistic_regression": {"C": 1.0},
    "random_forest": {"n_estimators": 10, "max_depth": 4},
    "other_forests": {"random_forest_shallow": {"n_estimators": 3, "max_depth": 1}},
    "gradient_boosting": {"n_estimators": 5, "learning_rate": 0.5},
}


def use_small_candidates(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Has params.yaml read from a folder, and a digest that needs no pipeline."""
    patch.setattr(parameters, "TRAINING", folder)
    patch.setattr(training, "training_digest", lambda stage: f"digest of {stage}")
    (folder / "params.yaml").write_text(yaml.safe_dump(SMALL), encoding="utf-8")


def run_stages(source: Path, target: Path) -> None:
    """Runs all stages on source/raw/train.csv, which is written if it is not there."""
    if not (source / "raw").is_dir():
        write_raw_files(source / "raw")
    table = target / "clean.csv"
    clean(source / "raw" / "train.csv", table)
    training.train_exam(table, target / "models", target / "metrics")
    evaluate_exam(table, target / "models", target / "metrics", target / "reports")
    export_exam(table, target / "models", target / "metrics")
