"""Measures chosen sentences against the key sentences of training/data/summarize."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from .data import normalized_words, read_documents
from .summarize import DEFAULT_SENTENCES, choose_sentences

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


def measure_summaries(embed: Callable[[list[str]], np.ndarray]) -> dict[str, Any]:
    """Recall of key sentences and word F1 of three chosen sentences, with two baselines.

    The weights were chosen on documents of even index; those of odd index are held out.
    """
    recalls, scores, lead_recalls, lead_scores, random_recalls = [], [], [], [], []
    for document in read_documents():
        sentences = split_sentences(document["text"])
        keys = document["key_sentences"]
        wanted = set(key_indices(sentences, keys))
        chosen = choose_sentences(sentences, embed(sentences))
        lead = list(range(min(DEFAULT_SENTENCES, len(sentences))))
        recalls.append(len(wanted.intersection(chosen)) / len(wanted))
        scores.append(word_f1([sentences[index] for index in chosen], keys))
        lead_recalls.append(len(wanted.intersection(lead)) / len(wanted))
        lead_scores.append(word_f1([sentences[index] for index in lead], keys))
        random_recalls.append(min(1, DEFAULT_SENTENCES / len(sentences)))
    return {
        "evaluation": "training/data/summarize/documents.jsonl",
        "documents": len(recalls),
        "key_sentence_recall": float(np.mean(recalls)),
        "key_sentence_recall_held_out_half": float(np.mean(recalls[1::2])),
        "word_f1": float(np.mean(scores)),
        "first_sentences_recall": float(np.mean(lead_recalls)),
        "first_sentences_word_f1": float(np.mean(lead_scores)),
        "random_sentences_recall": float(np.mean(random_recalls)),
    }
