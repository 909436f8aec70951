"""Measures of a classifier from its probabilities and the true labels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

BOOTSTRAP_ROUNDS = 10_000
BOOTSTRAP_SEED = 5
RELIABILITY_BINS = 10


def reliability(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = RELIABILITY_BINS
) -> list[tuple[float, float, float]]:
    """Mean confidence, accuracy and share of rows of each bin of confidence that has rows."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        (
            float(confidence[index == number].mean()),
            float(correct[index == number].mean()),
            float((index == number).mean()),
        )
        for number in range(bins)
        if (index == number).any()
    ]


def expected_calibration_error(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = RELIABILITY_BINS
) -> float:
    """Mean distance of confidence from accuracy over bins of confidence (Naeini et al., 2015)."""
    return sum(
        abs(confidence - accuracy) * share
        for confidence, accuracy, share in reliability(probabilities, labels, bins)
    )


def bootstrap_interval(values: np.ndarray) -> list[float]:
    """The 95 % percentile interval of a mean of values [N], rows drawn with replacement."""
    values = np.asarray(values, float)
    generator = np.random.default_rng(BOOTSTRAP_SEED)
    means = [
        values[generator.integers(0, len(values), len(values))].mean()
        for _ in range(BOOTSTRAP_ROUNDS)
    ]
    return [float(bound) for bound in np.percentile(means, [2.5, 97.5])]


def classification_quality(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Accuracy with its interval, macro F1 and calibration of probabilities [N,C]."""
    predicted = probabilities.argmax(axis=1)
    return {
        "rows": len(labels),
        "accuracy": float((predicted == labels).mean()),
        "accuracy_interval_95": bootstrap_interval(predicted == labels),
        "macro_f1": float(f1_score(labels, predicted, average="macro")),
        "majority_class": float(np.bincount(labels).max() / len(labels)),
        "expected_calibration_error": expected_calibration_error(probabilities, labels),
    }


def accuracy_by_group(
    probabilities: np.ndarray, labels: np.ndarray, groups: Sequence[str]
) -> dict[str, float]:
    """The accuracy of the rows of each group, by the group's name."""
    correct = probabilities.argmax(axis=1) == labels
    return {
        group: float(correct[[other == group for other in groups]].mean())
        for group in sorted(set(groups))
    }
