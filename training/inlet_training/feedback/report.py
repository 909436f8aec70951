"""What is told of a candidate: accuracy with intervals, and whether it is better."""

from typing import Any

import numpy as np

from ..evaluate.measures import bootstrap_interval, classification_quality
from .files import CANDIDATE
from .retraining import Candidate, Measured


def compare_with(measured: Measured, other: str) -> dict[str, Any]:
    """The candidate's gain in accuracy over another model on the same rows, with its interval."""
    right = {
        name: (measured.answers[name].argmax(axis=1) == measured.labels).astype(float)
        for name in (CANDIDATE, other)
    }
    gains = right[CANDIDATE] - right[other]
    low, high = bootstrap_interval(gains)
    verdict = "better" if low > 0 else "worse" if high < 0 else "no difference shown"
    return {"gain": float(np.mean(gains)), "gain_interval_95": [low, high], "verdict": verdict}


def quality_of(measured: Measured) -> dict[str, dict[str, Any]]:
    """The figures of each model on the same rows, the candidate's gain with the others'."""
    return {
        name: {
            **classification_quality(probabilities, measured.labels),
            **({} if name == CANDIDATE else compare_with(measured, name)),
        }
        for name, probabilities in measured.answers.items()
    }


def print_report(candidate: Candidate) -> None:
    """Prints what was learnt from, and each comparison."""
    divided, recipe = candidate.divided, candidate.recipe
    print(
        f"{recipe.model}: {len(divided.learnt):,} labelled rows learnt and"
        f" {len(divided.held_out):,} held out ({divided.said_again:,} earlier labels replaced by"
        f" later ones, {divided.known:,} rows of the training data labelled anew,"
        f" {divided.reserved:,} of the test data left out)"
    )
    print(
        f"candidate: {candidate.kind}, {candidate.training_rows:,} + {len(divided.learnt):,} rows"
    )
    for measured in candidate.measured:
        print(f"on {measured.title} ({len(measured.labels):,}):")
        for name, quality in quality_of(measured).items():
            low, high = quality["accuracy_interval_95"]
            line = f"  {name:<10} accuracy {quality['accuracy']:.3f} ({low:.3f} to {high:.3f})"
            if name != CANDIDATE:
                low, high = quality["gain_interval_95"]
                line += f"; the candidate {quality['gain']:+.3f} ({low:+.3f} to {high:+.3f}):"
                line += f" {quality['verdict']}"
            print(line, flush=True)
