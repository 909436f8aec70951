"""Chooses the sentences of a summary from their embeddings; the server does the same."""

import numpy as np

DEFAULT_SENTENCES = 3
RELEVANCE_WEIGHT = 0.9
# A sentence is as central as the few nearest to it are near.
NEAREST = 4
# Sentences to each side that may be near.
WINDOW = 64
# Sentences of fewer words are chosen when nothing else is left.
FEWEST_WORDS = 8


def mean_centrality(embeddings: np.ndarray) -> np.ndarray:
    """The cosine [N] of each unit embedding [N,D] and the mean of all."""
    mean = embeddings.mean(axis=0)
    length = np.linalg.norm(mean)
    return embeddings @ mean / length if length > 0 else np.zeros(len(embeddings))


def centrality(embeddings: np.ndarray) -> np.ndarray:
    """The mean cosine [N] of each unit embedding [N,D] and the four nearest; 1 of a single one."""
    count = len(embeddings)
    if count == 1:
        return np.ones(1)
    distance = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    allowed = (distance > 0) & (distance <= WINDOW)
    cosines = np.where(allowed, embeddings @ embeddings.T, -np.inf)
    nearest = np.sort(cosines, axis=1)[:, : -min(NEAREST, count - 1) - 1 : -1]
    return nearest.mean(axis=1)


def choose_by_relevance(
    relevance: np.ndarray,
    embeddings: np.ndarray,
    count: int = DEFAULT_SENTENCES,
    weight: float = RELEVANCE_WEIGHT,
) -> list[int]:
    """Indices in the order of the text, by maximal marginal relevance.

    After Carbonell and Goldstein (1998): each step takes the sentence with the largest
    weight * relevance - (1 - weight) * redundancy, of equal ones the first. Redundancy is the
    largest cosine to a sentence already chosen, at least 0.
    """
    redundancy = np.zeros(len(embeddings))
    chosen: list[int] = []
    for _ in range(min(count, len(embeddings))):
        scores = weight * relevance - (1 - weight) * redundancy
        scores[chosen] = -np.inf
        best = int(scores.argmax())
        redundancy = np.maximum(redundancy, embeddings @ embeddings[best])
        chosen.append(best)
    return sorted(chosen)


def choose_sentences(
    sentences: list[str], embeddings: np.ndarray, count: int = DEFAULT_SENTENCES
) -> list[int]:
    """Indices of the chosen sentences, as the server chooses them.

    Relevance is the centrality, less 1 for a sentence of fewer than eight words (parted by white
    space).
    """
    short = np.array([len(sentence.split()) < FEWEST_WORDS for sentence in sentences])
    return choose_by_relevance(centrality(embeddings) - short, embeddings, count)
