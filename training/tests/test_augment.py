"""What is made from the training sentences says what its label says."""

import numpy as np
import pytest

from inlet_training.data.sentences import Sentences
from inlet_training.preprocess.augment import (
    DENIALS,
    JOINS,
    as_clause,
    augment,
    denied_sentences,
    inside,
    join,
    joined_sentences,
)

GOOD, BAD = "The soup was hot and rich.", "The soup was cold and thin."
SENTENCES = Sentences(
    [GOOD, BAD, "The film was a joy from start to end.", "Well, the film was something."],
    np.array([1, 0, 1, 0]),
    ["soup", "soup", "film", "film"],
    ["plain", "plain", "strong", "sarcasm"],
)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (GOOD, "The soup was hot and rich"),
        ("Soup!", None),
        ("The soup was hot, but thin.", None),
        ("The soup was hot. We left.", None),
        ("Boiled the soup and burnt it.", None),
        ("The soup was hot and rich 😀", None),
        ("The " + "very " * 20 + "hot soup was rich.", None),
    ],
)
def test_only_a_short_plain_statement_is_a_clause(text, clause):
    assert as_clause(text) == clause


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("The soup was hot", "the soup was hot"),
        ("I've had it", "I've had it"),
        ("NHS staff were kind", "NHS staff were kind"),
        ("A soup was hot", "a soup was hot"),
    ],
)
def test_a_clause_inside_keeps_only_capitals_that_it_needs(clause, expected):
    assert inside(clause) == expected


def test_every_join_holds_both_clauses_and_begins_with_a_capital():
    for pattern in JOINS:
        text = join("The soup was cold", "The bread was warm", pattern)
        assert text[0].isupper()
        assert "soup was cold" in text
        assert "bread was warm" in text
        assert "{" not in text


def test_a_joined_text_has_the_label_of_what_prevails():
    texts, labels = joined_sentences(SENTENCES, 40, np.random.default_rng(1))
    assert labels == [0, 1] * 20
    for text, label in zip(texts, labels, strict=True):
        prevailing, other = ("rich", "thin") if label else ("thin", "rich")
        # The film has no clear sentence of the other label: only the soups can be joined.
        prevails_last = text.index(prevailing) > text.index(other)
        concedes_last = any(word in text for word in ("though the", "although the", "mind that"))
        assert prevails_last or concedes_last


def test_a_denied_text_has_the_opposite_label():
    texts, labels = denied_sentences(SENTENCES, 40, np.random.default_rng(1))
    assert labels == [0, 1] * 20
    for text, label in zip(texts, labels, strict=True):
        assert ("thin" in text) == (label == 1)
        assert text.startswith(tuple(denial.split("{")[0] for denial in DENIALS))


def test_what_is_denied_already_is_not_denied_again():
    sentences = Sentences(
        ["The soup was never hot and rich.", GOOD], np.array([0, 1]), ["soup"] * 2, ["plain"] * 2
    )
    assert denied_sentences(sentences, 4, np.random.default_rng(1)) == ([], [])


def test_the_same_seed_makes_the_same_texts():
    first, labels = augment(SENTENCES, 1.0, 0.5, seed=3)
    again, _ = augment(SENTENCES, 1.0, 0.5, seed=3)
    other, _ = augment(SENTENCES, 1.0, 0.5, seed=4)
    assert first == again != other
    assert len(first) == len(labels) == 4 + 4 + 2
    assert labels[:4].tolist() == SENTENCES.labels.tolist()


def test_nothing_is_made_when_nothing_is_asked():
    texts, labels = augment(SENTENCES, 0, 0, seed=3)
    assert texts == SENTENCES.texts
    assert labels.tolist() == SENTENCES.labels.tolist()
