"""How far texts lie from the middle of others, by the shipped sentence encoder."""

import functools
from collections.abc import Sequence

import numpy as np
from tokenizers import Tokenizer

from ..evaluate.summaries import split_sentences
from ..export.onnx_file import open_session, run_rows
from ..paths import FUNCTIONS

# Texts of a period that are embedded: a long one takes some 50 ms.
MOST_TEXTS = 2_000
TEXTS_A_LINE = 500
ENCODER = FUNCTIONS / "summarize" / "versions" / "1.0.0"


@functools.cache
def open_encoder() -> tuple[object, Tokenizer]:
    """The shipped encoder and its tokenizer, which cuts to the first 256 ids."""
    return open_session(ENCODER / "model.onnx"), Tokenizer.from_file(
        str(ENCODER / "tokenizer.json")
    )


def embed(texts: Sequence[str], what: str) -> np.ndarray:
    """Embeddings [N,384] of unit length; says how far it is."""
    session, tokenizer = open_encoder()
    parts = []
    for start in range(0, len(texts), TEXTS_A_LINE):
        chosen = list(texts[start : start + TEXTS_A_LINE])
        parts.append(run_rows(session, [one.ids for one in tokenizer.encode_batch(chosen)]))
        print(f"{what}: {start + len(chosen)} of {len(texts)} texts embedded", flush=True)
    embeddings = np.concatenate(parts)
    return embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)


def distances(embeddings: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """1 - cosine of each embedding [N,D] of unit length to the middle [D]."""
    return 1 - embeddings @ middle / np.linalg.norm(middle)


def distance_columns(
    baseline: Sequence[str], current: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Distances [N] and [M] to the middle of the baseline, NaN for texts that were not embedded.

    The middle is of every second text of the baseline and the distances are of the others: a text
    is closer to a middle that it is part of, and so the current ones would seem farther.
    """
    before = embed(baseline[:MOST_TEXTS], "baseline")
    after = embed(current[:MOST_TEXTS], "current")
    middle = before[::2].mean(axis=0)
    first = np.full(len(baseline), np.nan)
    first[1 : len(before) : 2] = distances(before[1::2], middle)
    second = np.full(len(current), np.nan)
    second[: len(after)] = distances(after, middle)
    return first, second


def embed_sentences(texts: Sequence[str]) -> np.ndarray:
    """Embeddings of the sentences of texts, as summarize's reference is made of; at most 2,000."""
    sentences: list[str] = []
    for text in texts:
        sentences += split_sentences(text)
        if len(sentences) >= MOST_TEXTS:
            break
    return embed(sentences[:MOST_TEXTS], "current")
