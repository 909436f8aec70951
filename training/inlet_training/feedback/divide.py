"""Divides labelled rows into those to learn from and those to measure on."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..data.sentences import normalized_words
from .labelled import Example, Instance


def identity(instance: Instance) -> str:
    """Equal for instances that are the same row: numbers as float32, texts by their words."""
    if isinstance(instance, str):
        return " ".join(normalized_words(instance)) or instance
    return np.array(instance, np.float32).tobytes().hex()


def is_held_out(key: str, share: float) -> bool:
    """Whether a row is measured on: by its content alone, so that it stays so in later tables."""
    digest = hashlib.sha256(key.encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


@dataclass(frozen=True)
class Divided:
    """Each row once, with its last label; learnt and held out have none in common."""

    learnt: list[Example]
    held_out: list[Example]
    said_again: int
    """Labels that a later one of the same row has replaced."""
    known: int
    """Of those learnt: rows of the training data, whose label they replace."""
    reserved: int
    """Rows that nobody may learn from, left out."""


def divide(
    examples: Iterable[Example], training: set[str], reserved: set[str], share: float
) -> Divided:
    """Sets a share of the rows apart; training and reserved are identities.

    Of several labels of a row the one given last counts. Rows of the training data are always
    learnt: the version in service knows them already.
    """
    last: dict[str, Example] = {}
    count = 0
    for example in examples:
        count += 1
        key = identity(example.instance)
        if key not in last or example.said_at >= last[key].said_at:
            last[key] = example
    usable = {key: example for key, example in last.items() if key not in reserved}
    held_out = {
        key: example
        for key, example in usable.items()
        if key not in training and is_held_out(key, share)
    }
    return Divided(
        [example for key, example in usable.items() if key not in held_out],
        list(held_out.values()),
        said_again=count - len(last),
        known=len(usable.keys() & training),
        reserved=len(last) - len(usable),
    )
