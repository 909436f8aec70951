"""Reads the sentences of training/data."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..paths import DATA

LABELS = ("negative", "positive")


@dataclass(frozen=True)
class Sentences:
    """Sentences with their labels (0 negative, 1 positive), subjects and tones."""

    texts: list[str]
    labels: np.ndarray
    subjects: list[str]
    tones: list[str]

    def select(self, chosen: np.ndarray) -> "Sentences":
        """The sentences at the given indices."""
        return Sentences(
            [self.texts[index] for index in chosen],
            self.labels[chosen],
            [self.subjects[index] for index in chosen],
            [self.tones[index] for index in chosen],
        )


def read_sentences(path: Path) -> Sentences:
    """Reads a TSV of label, subject, tone, text with a header; ValueError on anything else."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        header = next(reader)
        if header != ["label", "subject", "tone", "text"]:
            raise ValueError(f"{path.name}: unexpected header {header}")
        rows = list(reader)
    for number, row in enumerate(rows, start=2):
        if len(row) != 4 or row[0] not in LABELS or not row[3].strip():
            raise ValueError(f"{path.name}, line {number}: not label, subject, tone, text")
    return Sentences(
        [row[3] for row in rows],
        np.array([LABELS.index(row[0]) for row in rows]),
        [row[1] for row in rows],
        [row[2] for row in rows],
    )


def read_training_sentences() -> Sentences:
    """The sentences that models may learn from."""
    return read_sentences(DATA / "sentiment" / "train.tsv")


def read_development_sentences() -> Sentences:
    """The sentences that settings and further training sentences were chosen by."""
    return read_sentences(DATA / "sentiment" / "development.tsv")


def read_test_sentences() -> Sentences:
    """The sentences that finished models are measured on, and nothing else."""
    return read_sentences(DATA / "sentiment" / "test.tsv")


def normalized_words(text: str) -> list[str]:
    """Lower-case words without punctuation, to compare sentences."""
    return re.findall(r"\w+", text.lower())
