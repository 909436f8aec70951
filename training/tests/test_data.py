"""The rules that the sentences of training/data keep."""

from collections import Counter

import pytest

from inlet_training.data import (
    LABELS,
    Sentences,
    normalized_words,
    read_documents,
    read_evaluation_sentences,
    read_sentences,
    read_training_sentences,
)
from inlet_training.evaluate_summarize import key_indices, split_sentences

NEAR_DUPLICATE = 0.8
LARGEST_PREFIX_SHARE = 0.02


@pytest.fixture(scope="module")
def training() -> Sentences:
    return read_training_sentences()


@pytest.fixture(scope="module")
def evaluation() -> Sentences:
    return read_evaluation_sentences()


def test_there_are_enough_sentences_of_both_labels(training, evaluation):
    assert len(training.texts) >= 2000
    assert len(evaluation.texts) >= 400
    for sentences in (training, evaluation):
        assert 0.45 < sentences.labels.mean() < 0.55


def test_no_sentence_stands_twice(training, evaluation):
    texts = [" ".join(normalized_words(text)) for text in training.texts + evaluation.texts]
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_no_evaluation_sentence_is_nearly_a_training_sentence(training, evaluation):
    known = [frozenset(normalized_words(text)) for text in training.texts]
    near = []
    for text in evaluation.texts:
        words = frozenset(normalized_words(text))
        for other in known:
            # The larger set bounds the union from below: most pairs need no intersection.
            if min(len(words), len(other)) < NEAR_DUPLICATE * max(len(words), len(other)):
                continue
            if len(words & other) >= NEAR_DUPLICATE * len(words | other):
                near.append((text, sorted(other)))
    assert near == []


def test_no_beginning_is_a_template(training, evaluation):
    for sentences in (training, evaluation):
        beginnings = Counter(tuple(normalized_words(text)[:3]) for text in sentences.texts)
        beginning, count = beginnings.most_common(1)[0]
        assert count <= LARGEST_PREFIX_SHARE * len(sentences.texts), beginning


def test_sentences_are_of_many_subjects_and_tones(training, evaluation):
    for sentences in (training, evaluation):
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


def test_key_sentences_are_sentences_of_their_documents():
    documents = read_documents()
    assert len(documents) >= 30
    for document in documents:
        keys = document["key_sentences"]
        assert len(set(key_indices(split_sentences(document["text"]), keys))) == len(keys) == 3
