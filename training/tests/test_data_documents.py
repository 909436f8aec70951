"""The rules that the documents of training/data keep."""

import numpy as np

from inlet_training.data.documents import read_development_documents, read_test_documents
from inlet_training.evaluate.summaries import (
    first_sentences,
    key_indices,
    longest_sentences,
    random_recall,
    recalls,
    split_sentences,
)


def test_key_sentences_are_sentences_of_their_documents():
    for documents in (read_development_documents(), read_test_documents()):
        assert len(documents) >= 30
        for document in documents:
            keys = document["key_sentences"]
            assert len(set(key_indices(split_sentences(document["text"]), keys))) == len(keys) == 3


def test_no_document_stands_twice():
    texts = [document["text"] for document in read_development_documents() + read_test_documents()]
    assert len(set(texts)) == len(texts)


def test_neither_place_nor_length_gives_the_key_sentences_of_the_test_documents_away():
    documents = read_test_documents()
    chance = random_recall(documents)
    for summarize in (first_sentences, longest_sentences):
        shares, _ = recalls(summarize, documents)
        assert np.mean(shares) < chance + 0.1
