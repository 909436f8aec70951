"""Writes the strings and ids that the server's tokenizer is tested on."""

import json

from ..paths import TOKENIZER_GOLDEN
from ..preprocess.tokenize import encode, load_tokenizer
from .hard_texts import tokenizer_texts

# Characters that @huggingface/tokenizers splits at and Python does not, with the reason.
EXCEPTIONS = {
    "\u061d": "newer Unicode tables in JavaScript call U+061D punctuation",
    "\u09fd": "newer Unicode tables in JavaScript call U+09FD punctuation",
    "\u0a76": "newer Unicode tables in JavaScript call U+0A76 punctuation",
}


def write_tokenizer_golden() -> None:
    """Writes platform/runtime/tokenizer.golden.json from Python's tokenizers."""
    texts = tokenizer_texts()
    rows = encode(load_tokenizer(), texts)
    lines = []
    for text, ids in zip(texts, rows, strict=True):
        case = {"text": text, "ids": ids}
        reasons = [reason for character, reason in EXCEPTIONS.items() if character in text]
        if reasons:
            case["exception"] = "; ".join(reasons)
        lines.append(json.dumps(case))
    TOKENIZER_GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    TOKENIZER_GOLDEN.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
