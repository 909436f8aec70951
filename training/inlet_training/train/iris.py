"""Iris: which classifier names Fisher's flowers best, and that classifier."""

from typing import Any

from sklearn.base import ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression


def make_candidates(parameters: dict[str, Any]) -> dict[str, ClassifierMixin]:
    """The untrained classifiers, all with probabilities, their seeds fixed."""
    seed = parameters["random_state"]
    return {
        "logistic_regression": LogisticRegression(max_iter=2000),
        "linear_discriminant_analysis": LinearDiscriminantAnalysis(),
        "random_forest": RandomForestClassifier(
            **parameters["random_forest"], random_state=seed, n_jobs=1
        ),
    }
