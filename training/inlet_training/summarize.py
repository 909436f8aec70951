"""Chooses the sentences of a summary from their embeddings; the server does the same."""

import numpy as np

DEFAULT_SENTENCES = 3
RELEVANCE_WEIGHT = 0.8
# A sentence of a few words is central to many texts and says little about any.
LENGTH_WEIGHT = 0.3
FULL_LENGTH = 25


def centrality(embeddings: np.ndarray) -> np.ndarray:
    """The cosine [N] of each unit embedding [N,D] and the mean of all."""
    mean = embeddings.mean(axis=0)
    length = np.linalg.norm(mean)
    return embeddings @ mean / length if length > 0 else np.zeros(len(embeddings))


def choose_sentences(
    sentences: list[str], embeddings: np.ndarray, count: int = DEFAULT_SENTENCES
) -> list[int]:
    """Indices of the chosen sentences in the order of the text, by maximal marginal relevance.

    After Carbonell and Goldstein (1998): each step takes the sentence with the largest
    0.8 * relevance - 0.2 * redundancy, of equal ones the first. Relevance is the centrality plus
    0.3 * min(words / 25, 1), words parted by white space; redundancy is the largest cosine to a
    sentence already chosen, at least 0.
    """
    words = np.array([len(sentence.split()) for sentence in sentences])
    relevance = centrality(embeddings) + LENGTH_WEIGHT * np.minimum(words / FULL_LENGTH, 1)
    redundancy = np.zeros(len(embeddings))
    chosen: list[int] = []
    for _ in range(min(count, len(embeddings))):
        scores = RELEVANCE_WEIGHT * relevance - (1 - RELEVANCE_WEIGHT) * redundancy
        scores[chosen] = -np.inf
        best = int(scores.argmax())
        redundancy = np.maximum(redundancy, embeddings @ embeddings[best])
        chosen.append(best)
    return sorted(chosen)
