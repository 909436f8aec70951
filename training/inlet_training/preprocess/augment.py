"""More training sentences made from those there are: joined and denied ones."""

import re

import numpy as np

from ..data.sentences import Sentences

# Tones whose sentences mean what they say, so that a join or a denial is sure of its label.
CLEAR_TONES = frozenset({"plain", "strong", "factual", "negation"})
DENIABLE_TONES = frozenset({"plain", "strong"})
MOST_WORDS = 14
# Every join keeps the label of the clause called prevailing.
JOINS = (
    "{other}, but {prevailing}.",
    "{other}. But {prevailing}.",
    "{other}. Still, {prevailing}.",
    "{other}. Even so, {prevailing}.",
    "{other}; all the same, {prevailing}.",
    "Although {other}, {prevailing}.",
    "Even though {other}, {prevailing}.",
    "While {other}, {prevailing}.",
    "{prevailing}, even though {other}.",
    "{prevailing}, although {other}.",
    "{prevailing}, never mind that {other}.",
    "I was told that {other}, but {prevailing}.",
)
DENIALS = (
    "It is not true that {sentence}.",
    "It isn't the case that {sentence}.",
    "Nobody could say that {sentence}.",
    "I wouldn't say that {sentence}.",
    "Don't let anyone tell you that {sentence}.",
    "I can't agree that {sentence}.",
    "Who could possibly claim that {sentence}?",
)
# First words that keep their capital inside a sentence.
CAPITAL_WORDS = frozenset({"I", "I'm", "I've", "I'd", "I'll"})
# A clause with these is no plain statement, or already turns on itself.
UNJOINABLE = re.compile(
    r"[,;:?!\"“”()…—–]|\.\s|\b(but|although|though|yet|despite|however|while|whereas|unless|if)\b",
    re.IGNORECASE,
)
UNDENIABLE = re.compile(
    r"\b(not|no|never|nobody|nothing|none|neither|nor|hardly|barely|without|what|how|wish)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
EMOJI = re.compile("[\U0001f000-\U0001faff\u2190-\u27bf\ufe0f\u200d]+")
# How a clause that can stand inside another begins: by what it is about, not by a verb.
BEGINNING = re.compile(
    r"(the|a|an|this|that|these|those|my|our|his|her|their|its|your|i|we|he|she|it|they|you|"
    r"there|nobody|everyone|everybody|everything|someone|somebody|nothing|every|each|all|both|"
    r"half|one|two|three|four|five|six|most|some|many|not one|not a)\b",
    re.IGNORECASE,
)
VERB = re.compile(
    r"\b(is|are|was|were|am|be|been|has|have|had|does|do|did|will|would|can|could|makes?|made|"
    r"gets?|got|gives?|gave|feels?|felt|looks?|looked|works?|worked|tastes?|tasted|keeps?|kept|"
    r"goes|went|came|comes?|took|takes?|loved?|hated?|enjoyed|\w+ed)\b|['’](s|re|ve|m)\b",
    re.IGNORECASE,
)


def as_clause(text: str) -> str | None:
    """The sentence to stand inside another, without its full stop; None if it cannot."""
    clause = text.strip().rstrip(".").strip()
    words = clause.split()
    if not 4 <= len(words) <= MOST_WORDS or UNJOINABLE.search(clause) or EMOJI.search(clause):
        return None
    if not BEGINNING.match(clause) or not VERB.search(clause):
        return None
    return clause


def inside(clause: str) -> str:
    """The clause with a small first letter, but for I and what is written in capitals."""
    first = clause.split()[0].replace("’", "'")
    if first in CAPITAL_WORDS or first[1:2].isupper():
        return clause
    return clause[0].lower() + clause[1:]


def join(other: str, prevailing: str, pattern: str) -> str:
    """Two clauses as one sentence, its first letter capital."""
    text = pattern.format(other=inside(other), prevailing=inside(prevailing))
    parts = text.split(". ", 1)
    return ". ".join(part[0].upper() + part[1:] for part in parts)


def joined_sentences(
    sentences: Sentences, count: int, generator: np.random.Generator
) -> tuple[list[str], list[int]]:
    """Texts that set two clauses of a subject and of opposite labels against each other."""
    clauses: dict[str, tuple[list[str], list[str]]] = {}
    for text, label, subject, tone in zip(
        sentences.texts, sentences.labels, sentences.subjects, sentences.tones, strict=True
    ):
        clause = as_clause(text) if tone in CLEAR_TONES else None
        if clause is not None:
            clauses.setdefault(subject, ([], []))[label].append(clause)
    pairs = [pair for pair in clauses.values() if pair[0] and pair[1]]
    weights = np.array([min(map(len, pair)) for pair in pairs], float)
    texts, labels = [], []
    for index, chosen in enumerate(
        generator.choice(len(pairs), count, p=weights / weights.sum()) if pairs else ()
    ):
        label = index % 2
        prevailing, other = (
            pairs[chosen][side][generator.integers(len(pairs[chosen][side]))]
            for side in (label, 1 - label)
        )
        texts.append(join(other, prevailing, JOINS[generator.integers(len(JOINS))]))
        labels.append(label)
    return texts, labels


def denied_sentences(
    sentences: Sentences, count: int, generator: np.random.Generator
) -> tuple[list[str], list[int]]:
    """Plain statements denied, with the opposite label; as many of either label."""
    clauses: tuple[list[str], list[str]] = ([], [])
    for text, label, tone in zip(sentences.texts, sentences.labels, sentences.tones, strict=True):
        clause = as_clause(text) if tone in DENIABLE_TONES else None
        if clause is not None and not UNDENIABLE.search(clause):
            clauses[label].append(clause)
    texts, labels = [], []
    for index in range(count if all(clauses) else 0):
        label = index % 2
        clause = clauses[1 - label][generator.integers(len(clauses[1 - label]))]
        pattern = DENIALS[generator.integers(len(DENIALS))]
        texts.append(pattern.format(sentence=inside(clause)))
        labels.append(label)
    return texts, labels


def augment(
    sentences: Sentences, joined: float, denied: float, seed: int
) -> tuple[list[str], np.ndarray]:
    """The sentences and made ones, so many for each sentence; the same for the same seed."""
    generator = np.random.default_rng(seed)
    size = len(sentences.texts)
    joined_texts, joined_labels = joined_sentences(sentences, int(size * joined), generator)
    denied_texts, denied_labels = denied_sentences(sentences, int(size * denied), generator)
    labels = np.concatenate([sentences.labels, np.array(joined_labels + denied_labels, int)])
    return sentences.texts + joined_texts + denied_texts, labels
