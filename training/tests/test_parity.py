"""Parity of an exported file with its original."""

import numpy as np
import pytest

from inlet_training.export.parity import measure_parity, rounded_up


@pytest.fixture
def expected() -> np.ndarray:
    return np.random.default_rng(3).dirichlet([1, 1, 1], size=500)


def test_what_is_measured_becomes_the_statement_of_the_card(expected):
    expected[7] = [0.5, 0.25, 0.25]
    served = expected.copy()
    served[7] = [0.515625, 0.234375, 0.25]
    assert measure_parity(expected, served, 0.1) == {
        "cases": 500,
        "tolerance": 0.1,
        "largest_difference": 0.016,
        "label_disagreements": 0,
    }


def test_cases_with_another_label_are_counted(expected):
    expected[:3] = [0.4, 0.3, 0.3]
    served = expected.copy()
    served[:3] = [0.34, 0.36, 0.3]
    assert measure_parity(expected, served, 0.1)["label_disagreements"] == 3


def test_embeddings_have_no_labels_to_disagree(expected):
    assert measure_parity(expected, expected, 0.1, has_labels=False) == {
        "cases": 500,
        "tolerance": 0.1,
        "largest_difference": 0.0,
    }


def test_too_few_cases_are_refused(expected):
    with pytest.raises(ValueError, match="500 cases or more, not 499"):
        measure_parity(expected[:499], expected[:499], 0.1)


def test_answers_of_another_shape_are_refused(expected):
    with pytest.raises(ValueError, match="shapes differ"):
        measure_parity(expected, expected[:, :2], 0.1)


@pytest.mark.parametrize("spoiled", [2.0, np.nan])
def test_a_file_that_differs_is_refused(expected, spoiled):
    served = expected.copy()
    served[-1, 0] = spoiled
    with pytest.raises(ValueError, match=r"more than the tolerance of 0\.05"):
        measure_parity(expected, served, 0.05)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(0.0, 0.0), (0.0881, 0.089), (0.088, 0.088), (6.94e-7, 7e-7), (9.96, 10.0), (1.0, 1.0)],
)
def test_a_largest_difference_is_rounded_up(value, rounded):
    assert rounded_up(value) == rounded
