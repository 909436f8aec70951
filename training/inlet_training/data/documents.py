"""Reads the documents of training/data."""

import json
from pathlib import Path
from typing import Any

from ..paths import DATA

Document = dict[str, Any]


def read_lines(path: Path) -> list[Document]:
    """One document a line: id, genre, title, text, key_sentences."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_development_documents() -> list[Document]:
    """The documents that the way of choosing sentences was chosen by."""
    return read_lines(DATA / "summarize" / "development.jsonl")


def read_test_documents() -> list[Document]:
    """The documents that summarize is measured on, and nothing else."""
    return read_lines(DATA / "summarize" / "test.jsonl")
