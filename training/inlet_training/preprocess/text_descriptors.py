"""Numbers that say what a text looks like; live texts are held against those of training.

The twin of platform/runtime/text-descriptors.ts, which says what each one is. Both are held to
platform/runtime/descriptors.golden.json.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

# White_Space of Unicode; what `\s` means differs from language to language.
WHITE_SPACE = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
MARKS = frozenset("?!？！")


def describe_text(text: str) -> dict[str, float]:
    """The descriptors of one text, by name."""
    words = [word for word in WHITE_SPACE.split(text) if word]
    categories = [unicodedata.category(character) for word in words for character in word]
    letters = sum(category.startswith("L") for category in categories)
    return {
        "characters": len(text),
        "words": len(words),
        "average_word_length": len(categories) / len(words) if words else 0.0,
        "share_of_letters": letters / len(categories) if words else 0.0,
        "share_of_capitals": categories.count("Lu") / letters if letters else 0.0,
        "question_or_exclamation_marks": sum(character in MARKS for character in text),
    }


def text_features(texts: Sequence[str]) -> dict[str, np.ndarray]:
    """The descriptors of texts, by name: one number [N] for each text. There must be a text."""
    described = [describe_text(text) for text in texts]
    return {name: np.array([one[name] for one in described], float) for name in described[0]}
