"""Measures on answers that can be counted by hand."""

import numpy as np
import pytest

from inlet_training.evaluate import bootstrap_interval, expected_calibration_error, measure
from inlet_training.evaluate_summarize import word_f1
from inlet_training.summarize import choose_sentences


def test_calibration_error_is_the_distance_of_confidence_from_accuracy():
    probabilities = np.array([[0.8, 0.2]] * 4)
    assert expected_calibration_error(probabilities, np.array([0, 0, 0, 1])) == pytest.approx(0.05)


def test_the_interval_holds_the_accuracy():
    low, high = bootstrap_interval(np.array([True] * 90 + [False] * 10))
    assert 0.82 < low < 0.86
    assert 0.94 < high < 0.98


def test_accuracy_is_counted_by_tone():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
    measured = measure(probabilities, np.array([0, 1, 1, 1]), ["plain", "plain", "mixed", "mixed"])
    assert measured["accuracy"] == 0.75
    assert measured["majority_class"] == 0.75
    assert measured["accuracy_by_tone"] == {"mixed": 1.0, "plain": 0.5}


def test_word_f1_counts_repeats():
    assert word_f1(["the cat sat"], ["The cat slept, the dog sat."]) == pytest.approx(6 / 9)


def test_the_second_sentence_is_not_the_twin_of_the_first():
    embeddings = np.array([[0.8, 0.6], [0.8, 0.6], [0.8, -0.6], [0.8, -0.6]])
    sentences = ["A sentence of quite ordinary length."] * 4
    assert choose_sentences(sentences, embeddings, 2) == [0, 2]


def test_of_equally_central_sentences_the_longer_is_chosen():
    embeddings = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert choose_sentences(["No.", "This one says rather more than no."], embeddings, 1) == [1]


def test_a_short_text_is_kept_whole():
    assert choose_sentences(["One.", "Two."], np.eye(2), 3) == [0, 1]
