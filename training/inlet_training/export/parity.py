"""Measures how far an exported file is from its Python original, on many cases."""

import math
from typing import Any

import numpy as np

FEWEST_CASES = 500


def largest_difference(first: np.ndarray, second: np.ndarray) -> float:
    """The largest absolute difference of two arrays of one shape."""
    if first.shape != second.shape:
        raise ValueError(f"shapes differ: {first.shape} and {second.shape}")
    return float(np.abs(first.astype(np.float64) - second.astype(np.float64)).max())


def rounded_up(value: float, digits: int = 2) -> float:
    """A number of so many significant digits that is not smaller: "at most" stays true."""
    if value == 0:
        return 0.0
    unit = digits - 1 - math.floor(math.log10(value))
    return float(f"{math.ceil(value * 10.0**unit) / 10.0**unit:.{digits}g}")


def measure_parity(
    expected: np.ndarray, served: np.ndarray, tolerance: float, has_labels: bool = True
) -> dict[str, Any]:
    """The card's parity: the answers [N, outputs] of the original and of the exported file.

    The difference is that of one number of an answer. With labels, the cases whose largest number
    stands elsewhere are counted too. ValueError when there are fewer than 500 cases, or when the
    two are farther apart than the tolerance: such a file must not be shipped.
    """
    if len(expected) < FEWEST_CASES:
        raise ValueError(f"parity takes {FEWEST_CASES} cases or more, not {len(expected)}")
    difference = largest_difference(expected, served)
    # Not `difference > tolerance`: a difference that is no number must fail too.
    if not difference <= tolerance:
        raise ValueError(
            f"the exported file is {difference:.3g} away from its original, "
            f"more than the tolerance of {tolerance:g}: correct the export or its tolerance"
        )
    measured: dict[str, Any] = {
        "cases": len(expected),
        "tolerance": tolerance,
        "largest_difference": rounded_up(difference),
    }
    if has_labels:
        disagree = expected.argmax(axis=1) != served.argmax(axis=1)
        measured["label_disagreements"] = int(disagree.sum())
    return measured
