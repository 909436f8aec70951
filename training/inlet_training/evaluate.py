"""Measures of a classifier from its probabilities and the true labels."""

from typing import Any

import numpy as np

BOOTSTRAP_ROUNDS = 10_000
BOOTSTRAP_SEED = 5


def expected_calibration_error(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = 10
) -> float:
    """Mean distance of confidence from accuracy over bins of confidence (Naeini et al., 2015)."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(confidence[index == b].mean() - correct[index == b].mean()) * (index == b).mean()
            for b in range(bins)
            if (index == b).any()
        )
    )


def bootstrap_interval(correct: np.ndarray) -> list[float]:
    """The 95 % percentile interval of an accuracy, rows drawn with replacement."""
    generator = np.random.default_rng(BOOTSTRAP_SEED)
    # The number of right answers in a redrawn set is binomial: no need to draw the rows.
    means = generator.binomial(len(correct), correct.mean(), BOOTSTRAP_ROUNDS) / len(correct)
    return [float(bound) for bound in np.percentile(means, [2.5, 97.5])]


def measure(probabilities: np.ndarray, labels: np.ndarray, tones: list[str]) -> dict[str, Any]:
    """Accuracy with its interval, calibration and accuracy by tone of [N,2] probabilities."""
    correct = probabilities.argmax(axis=1) == labels
    by_tone = {
        tone: float(correct[[other == tone for other in tones]].mean())
        for tone in sorted(set(tones))
    }
    return {
        "rows": len(labels),
        "accuracy": float(correct.mean()),
        "accuracy_interval_95": bootstrap_interval(correct),
        "majority_class": float(np.bincount(labels).max() / len(labels)),
        "expected_calibration_error": expected_calibration_error(probabilities, labels),
        "accuracy_by_tone": by_tone,
    }
