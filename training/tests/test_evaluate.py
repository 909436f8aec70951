"""Measures on answers that can be counted by hand."""

import numpy as np
import pytest

from inlet_training.evaluate.choose_sentences import centrality, choose_sentences
from inlet_training.evaluate.measures import (
    accuracy_by_group,
    bootstrap_interval,
    classification_quality,
    expected_calibration_error,
    reliability,
)
from inlet_training.evaluate.summaries import word_f1


def test_calibration_error_is_the_distance_of_confidence_from_accuracy():
    probabilities = np.array([[0.8, 0.2]] * 4)
    assert expected_calibration_error(probabilities, np.array([0, 0, 0, 1])) == pytest.approx(0.05)


def test_the_interval_holds_the_accuracy():
    low, high = bootstrap_interval(np.array([True] * 90 + [False] * 10))
    assert 0.82 < low < 0.86
    assert 0.94 < high < 0.98


def test_the_interval_of_shares_holds_their_mean():
    low, high = bootstrap_interval(np.array([1 / 3, 2 / 3, 1.0] * 10))
    assert low < 2 / 3 < high
    assert high - low < 0.25


def test_quality_names_rows_accuracy_and_the_largest_class():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
    measured = classification_quality(probabilities, np.array([0, 1, 1, 1]))
    assert measured["rows"] == 4
    assert measured["accuracy"] == 0.75
    assert measured["majority_class"] == 0.75
    assert measured["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_accuracy_is_counted_by_group():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
    groups = ["plain", "plain", "mixed", "mixed"]
    counted = accuracy_by_group(probabilities, np.array([0, 1, 1, 1]), groups)
    assert counted == {"mixed": 1.0, "plain": 0.5}


def test_reliability_leaves_out_empty_bins_and_keeps_certainty_in_the_last():
    probabilities = np.array([[1.0, 0.0], [0.55, 0.45]])
    assert reliability(probabilities, np.array([0, 1])) == [(0.55, 0.0, 0.5), (1.0, 1.0, 0.5)]


def test_word_f1_counts_repeats():
    assert word_f1(["the cat sat"], ["The cat slept, the dog sat."]) == pytest.approx(6 / 9)


def test_the_second_sentence_is_not_the_twin_of_the_first():
    embeddings = np.array([[0.8, 0.6], [0.8, 0.6], [0.8, -0.6], [0.8, -0.6]])
    sentences = ["A sentence of quite ordinary length."] * 4
    assert choose_sentences(sentences, embeddings, 2) == [0, 2]


def test_a_few_words_are_chosen_only_when_nothing_else_is_left():
    embeddings = np.array([[1.0, 0.0], [1.0, 0.0]])
    sentences = ["No.", "This one says rather more than a no does."]
    assert choose_sentences(sentences, embeddings, 1) == [1]


def test_what_is_said_more_than_once_is_central():
    directions = np.array([1.5, 0.0, 0.1, 0.2, 0.3, 0.4, 3.0])
    embeddings = np.stack([np.cos(directions), np.sin(directions)], axis=1)
    assert centrality(embeddings).argmax() == 3
    assert centrality(embeddings)[6] < 0


def test_a_short_text_is_kept_whole():
    assert choose_sentences(["One.", "Two."], np.eye(2), 3) == [0, 1]
