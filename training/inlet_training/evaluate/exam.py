"""Measures the exam's candidates on the rows that none of them has seen."""

import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from ..data.columns import TARGET_NAMES
from ..paths import METRICS, MODELS, REPORTS
from ..train.hold_out import CLEAN_TABLE, read_hold_out
from .measures import bootstrap_interval, expected_calibration_error
from .plots import plot_confusion


def measure_exam(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Figures of probabilities [N,2] with four digits; the positive class is 1, benign."""
    predicted = probabilities.argmax(axis=1)
    figures = {
        "accuracy": accuracy_score(labels, predicted),
        "precision": precision_score(labels, predicted, zero_division=0),
        "recall": recall_score(labels, predicted, zero_division=0),
        "f1": f1_score(labels, predicted, zero_division=0),
        "recall_of_malignant": recall_score(labels, predicted, pos_label=0, zero_division=0),
        "expected_calibration_error": expected_calibration_error(probabilities, labels),
    }
    low, high = bootstrap_interval(predicted == labels)
    return {
        **{name: round(float(value), 4) for name, value in figures.items()},
        "accuracy_interval_95": {"low": round(low, 4), "high": round(high, 4)},
    }


def evaluate_exam(
    table: Path = CLEAN_TABLE,
    models: Path = MODELS,
    metrics: Path = METRICS,
    reports: Path = REPORTS,
) -> None:
    """Writes metrics/exam.json, and for each candidate a plot and a table of its answers."""
    trained = json.loads((metrics / "exam-candidates.json").read_text(encoding="utf-8"))
    parts = read_hold_out(table)
    folder = reports / "exam"
    folder.mkdir(parents=True, exist_ok=True)
    names = np.array(TARGET_NAMES)
    measured = {}
    for name in trained["candidates"]:
        probabilities = joblib.load(models / "candidates" / f"{name}.pkl").predict_proba(parts.test)
        predicted = probabilities.argmax(axis=1)
        measured[name] = measure_exam(probabilities, parts.test_labels)
        print(f"exam: {name}: accuracy {measured[name]['accuracy']:.4f}", flush=True)
        plot_confusion(predicted, parts.test_labels, TARGET_NAMES, name, folder / f"{name}.png")
        answers = {"actual": names[parts.test_labels], "predicted": names[predicted]}
        pandas.DataFrame(answers).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    facts = {
        "evaluation": f"stratified hold-out of {table.name}",
        "rows": len(parts.test),
        "positive_class": TARGET_NAMES[1],
        "chosen": trained["chosen"],
        **measured[trained["chosen"]],
        "candidates": measured,
    }
    text = json.dumps(facts, indent=2)
    (metrics / "exam.json").write_text(f"{text}\n", encoding="utf-8")
