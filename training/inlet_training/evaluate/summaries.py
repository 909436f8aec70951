"""Measures chosen sentences against the key sentences of training/data/summarize."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.documents import (
    Document,
    read_development_documents,
    read_test_documents,
)
from ..data.sentences import normalized_words
from .choose_sentences import DEFAULT_SENTENCES
from .measures import bootstrap_interval

ABBREVIATION = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|st|no|vs|e\.g|i\.e|u\.s|u\.k|capt|sgt|gen|rev|jr|sr|\w)\.$", re.I
)
BOUNDARY = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’')]))\s+(?=[\"“‘'(]?[A-Z0-9$£€])")


def split_sentences(text: str) -> list[str]:
    """The sentences of the measured documents; enough for their prose, not for any."""
    sentences = []
    for paragraph in re.split(r"\n\s*\n", text):
        pending = ""
        for piece in BOUNDARY.split(" ".join(paragraph.split())):
            pending = f"{pending} {piece}".strip()
            if not ABBREVIATION.search(pending) or pending.endswith((" a.m.", " p.m.")):
                sentences.append(pending)
                pending = ""
        if pending:
            sentences.append(pending)
    return sentences


def key_indices(sentences: list[str], keys: list[str]) -> list[int]:
    """Where the key sentences stand; ValueError when one is not a sentence of the text."""
    normalized = [normalized_words(sentence) for sentence in sentences]
    return [normalized.index(normalized_words(key)) for key in keys]


def word_f1(chosen: list[str], keys: list[str]) -> float:
    """Harmonic mean of precision and recall over words, repeats counted (ROUGE-1)."""
    first = Counter(normalized_words(" ".join(chosen)))
    second = Counter(normalized_words(" ".join(keys)))
    return 2 * (first & second).total() / (first.total() + second.total())


# Of the development documents; the deviation over them says how much a figure can be trusted.
PARTS = 4

Summarizer = Callable[[list[str]], list[int]]


def first_sentences(sentences: list[str]) -> list[int]:
    """Indices of the first three sentences (lead-3)."""
    return list(range(min(DEFAULT_SENTENCES, len(sentences))))


def longest_sentences(sentences: list[str]) -> list[int]:
    """Indices of the three sentences of most words."""
    longest = sorted(range(len(sentences)), key=lambda index: -len(sentences[index].split()))
    return sorted(longest[:DEFAULT_SENTENCES])


def recalls(summarize: Summarizer, documents: list[Document]) -> tuple[np.ndarray, np.ndarray]:
    """Share of key sentences chosen and word F1 of each document, [N] each."""
    shares, scores = [], []
    for document in documents:
        sentences = split_sentences(document["text"])
        keys = document["key_sentences"]
        wanted = set(key_indices(sentences, keys))
        chosen = summarize(sentences)
        shares.append(len(wanted.intersection(chosen)) / len(wanted))
        scores.append(word_f1([sentences[index] for index in chosen], keys))
    return np.array(shares), np.array(scores)


def random_recall(documents: list[Document]) -> float:
    """The recall that three sentences drawn at random have on average."""
    lengths = [len(split_sentences(document["text"])) for document in documents]
    return float(np.mean([min(1, DEFAULT_SENTENCES / length) for length in lengths]))


def compare_summarizers(candidates: dict[str, Summarizer]) -> list[dict[str, Any]]:
    """Mean recall of key sentences over parts of the development documents, and its deviation."""
    documents = read_development_documents()
    results = []
    for name, summarize in candidates.items():
        parts = [recalls(summarize, documents[start::PARTS])[0].mean() for start in range(PARTS)]
        result = {
            "name": name,
            "accuracy": float(np.mean(parts)),
            "deviation": float(np.std(parts)),
            "folds": PARTS,
        }
        print(f"  {name}: {result['accuracy']:.4f} ± {result['deviation']:.4f}", flush=True)
        results.append(result)
    return results


def summary_quality(summarize: Summarizer) -> dict[str, Any]:
    """Recall of key sentences and word F1 of three chosen sentences, beside what needs no model."""
    documents = read_test_documents()
    shares, scores = recalls(summarize, documents)
    lead_shares, lead_scores = recalls(first_sentences, documents)
    return {
        "evaluation": "training/data/summarize/test.jsonl",
        "documents": len(documents),
        "key_sentence_recall": float(shares.mean()),
        "key_sentence_recall_interval_95": bootstrap_interval(shares),
        "word_f1": float(scores.mean()),
        "first_sentences_recall": float(lead_shares.mean()),
        "first_sentences_recall_interval_95": bootstrap_interval(lead_shares),
        "first_sentences_word_f1": float(lead_scores.mean()),
        "longest_sentences_recall": float(recalls(longest_sentences, documents)[0].mean()),
        "random_sentences_recall": random_recall(documents),
    }
