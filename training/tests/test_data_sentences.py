"""The rules that the sentences of training/data keep."""

from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from inlet_training.data.sentences import (
    LABELS,
    Sentences,
    normalized_words,
    read_development_sentences,
    read_sentences,
    read_test_sentences,
    read_training_sentences,
)

NEAR_DUPLICATE = 0.8
LARGEST_PREFIX_SHARE = 0.02


@pytest.fixture(scope="module")
def training() -> Sentences:
    return read_training_sentences()


@pytest.fixture(scope="module")
def held_out() -> list[Sentences]:
    return [read_development_sentences(), read_test_sentences()]


def test_there_are_enough_sentences_of_both_labels(training, held_out):
    assert len(training.texts) >= 15_000
    for sentences in (training, *held_out):
        assert len(sentences.texts) >= 600
        assert 0.45 < sentences.labels.mean() < 0.55


def test_no_sentence_stands_twice(training, held_out):
    texts = [
        " ".join(normalized_words(text))
        for sentences in (training, *held_out)
        for text in sentences.texts
    ]
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def near_duplicates(texts: list[str], others: list[str]) -> list[tuple[str, str]]:
    words = CountVectorizer(analyzer=normalized_words, binary=True, dtype=np.int32)
    first, second = words.fit_transform(texts), words.transform(others)
    shared = (first @ second.T).tocoo()
    sizes = np.array([len(set(normalized_words(text))) for text in texts])
    other_sizes = np.array([len(set(normalized_words(text))) for text in others])
    together = sizes[shared.row] + other_sizes[shared.col] - shared.data
    near = shared.data >= NEAR_DUPLICATE * together
    return [
        (texts[row], others[column])
        for row, column in zip(shared.row[near], shared.col[near], strict=True)
    ]


def test_a_near_duplicate_is_found():
    assert near_duplicates(["A b c d e."], ["a b C d", "a b c x y"]) == [("A b c d e.", "a b C d")]


def test_no_held_out_sentence_is_nearly_one_that_choices_were_made_by(training, held_out):
    development, test = held_out
    assert near_duplicates(development.texts, training.texts) == []
    assert near_duplicates(test.texts, training.texts + development.texts) == []


def test_no_beginning_is_a_template(training, held_out):
    for sentences in (training, *held_out):
        beginnings = Counter(tuple(normalized_words(text)[:3]) for text in sentences.texts)
        beginning, count = beginnings.most_common(1)[0]
        assert count <= LARGEST_PREFIX_SHARE * len(sentences.texts), beginning


def test_sentences_are_of_many_subjects_and_tones(training, held_out):
    for sentences in (training, *held_out):
        assert len(set(sentences.subjects)) >= 20
        assert {"negation", "contrast", "understatement", "mixed"} <= set(sentences.tones)


@pytest.mark.parametrize(
    "content",
    [
        "text\tlabel\n",
        "label\tsubject\ttone\ttext\nneutral\tfood\tplain\tSoup.\n",
        "label\tsubject\ttone\ttext\npositive\tfood\tplain\n",
        "label\tsubject\ttone\ttext\npositive\tfood\tplain\t  \n",
    ],
)
def test_a_malformed_file_is_refused(tmp_path, content):
    path = tmp_path / "sentences.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"sentences\.tsv"):
        read_sentences(path)


def test_labels_are_read_as_indices(tmp_path):
    path = tmp_path / "sentences.tsv"
    path.write_text('label\tsubject\ttone\ttext\npositive\tfood\tplain\t"Soup\n', encoding="utf-8")
    sentences = read_sentences(path)
    assert LABELS[sentences.labels[0]] == "positive"
    assert sentences.texts == ['"Soup']
