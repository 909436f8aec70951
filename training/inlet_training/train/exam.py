"""The exam's candidates: compared by cross-validation, then trained on the whole training part."""

import json
from pathlib import Path
from typing import Any

import joblib
from sklearn.base import ClassifierMixin
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ..evaluate.candidates import compare
from ..export.digest import training_digest
from ..parameters import read_parameters
from ..paths import METRICS, MODELS
from .hold_out import CLEAN_TABLE, read_hold_out

# The candidate that becomes models/model.pkl.
CHOSEN = "random_forest"


def read_candidate_parameters() -> dict[str, dict[str, Any]]:
    """What each candidate is made with: its block of params.yaml and the one random_state."""
    named = {
        name: read_parameters(name) for name in ("logistic_regression", CHOSEN, "gradient_boosting")
    }
    seed = read_parameters("exam")["random_state"]
    return {
        name: {**parameters, "random_state": seed}
        for name, parameters in {**named, **read_parameters("other_forests")}.items()
    }


def make_candidate(name: str, parameters: dict[str, Any]) -> ClassifierMixin:
    """The untrained classifier of a name; what is neither of the first two is a forest."""
    if name == "logistic_regression":
        return make_pipeline(StandardScaler(), LogisticRegression(**parameters, max_iter=1000))
    if name == "gradient_boosting":
        return GradientBoostingClassifier(**parameters)
    # On one thread: several would add up the trees' votes in any order.
    return RandomForestClassifier(**parameters, n_jobs=1)


def train_exam(table: Path = CLEAN_TABLE, models: Path = MODELS, metrics: Path = METRICS) -> None:
    """Writes models/candidates/*.pkl, models/model.pkl and metrics/exam-candidates.json.

    The same table and parameters give the same bytes.
    """
    parts = read_hold_out(table)
    parameters = read_candidate_parameters()
    candidates = {name: make_candidate(name, values) for name, values in parameters.items()}
    exam = read_parameters("exam")
    folds = StratifiedKFold(exam["folds"], shuffle=True, random_state=exam["random_state"])
    print(f"exam: {exam['folds']} folds of {len(parts.train)} rows", flush=True)
    compared = compare(candidates, parts.train.to_numpy(), parts.train_labels, folds)

    (models / "candidates").mkdir(parents=True, exist_ok=True)
    for name, candidate in candidates.items():
        print(f"exam: training {name}", flush=True)
        candidate.fit(parts.train, parts.train_labels)
        joblib.dump(candidate, models / "candidates" / f"{name}.pkl")
    joblib.dump(candidates[CHOSEN], models / "model.pkl")

    facts = {
        "training_digest": training_digest("train"),
        "chosen": CHOSEN,
        "candidates": {
            result["name"]: {
                "parameters": parameters[result["name"]],
                "cross_validation": {
                    "accuracy": round(result["accuracy"], 4),
                    "deviation": round(result["deviation"], 4),
                    "folds": result["folds"],
                },
            }
            for result in compared
        },
    }
    metrics.mkdir(parents=True, exist_ok=True)
    text = json.dumps(facts, indent=2)
    (metrics / "exam-candidates.json").write_text(f"{text}\n", encoding="utf-8")
