"""Compares candidates by cross-validation on the same folds."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import BaseCrossValidator


def compare(
    candidates: Mapping[str, Any],
    rows: Any,
    labels: np.ndarray,
    folds: BaseCrossValidator,
    groups: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Mean accuracy and deviation over the folds of each untrained classifier, in the given order.

    rows is anything that an array of indices selects from; no group stands on both sides of a fold.
    """
    rows = np.asarray(rows, dtype=object) if isinstance(rows, list) else rows
    results = []
    for name, candidate in candidates.items():
        accuracies = []
        for learn, test in folds.split(rows, labels, groups):
            classifier = clone(candidate).fit(rows[learn], labels[learn])
            accuracies.append(float((classifier.predict(rows[test]) == labels[test]).mean()))
        result = {
            "name": name,
            "accuracy": float(np.mean(accuracies)),
            "deviation": float(np.std(accuracies)),
            "folds": len(accuracies),
        }
        print(f"  {name}: {result['accuracy']:.4f} ± {result['deviation']:.4f}", flush=True)
        results.append(result)
    return results


def best(results: Sequence[Mapping[str, Any]]) -> str:
    """The name of the most accurate candidate, of equal ones the first."""
    return str(max(results, key=lambda result: result["accuracy"])["name"])
