"""Sentiment by words: TF-IDF of words and pairs of words, and logistic regression."""

from typing import Any

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB
from sklearn.pipeline import Pipeline, make_pipeline

from ..preprocess.tokenize import words_and_pairs


def make_classifier(strength: float, most_ngrams: int) -> Pipeline:
    """The untrained classifier; a larger strength means weaker regularization."""
    return make_pipeline(
        TfidfVectorizer(analyzer=words_and_pairs, binary=True, max_features=most_ngrams),
        LogisticRegression(C=strength, max_iter=2000),
    )


def make_candidates(parameters: dict[str, Any]) -> dict[str, Pipeline]:
    """Logistic regressions of each strength, and naive Bayes beside them."""
    most_ngrams = parameters["most_ngrams"]
    regressions = {
        f"logistic_regression_{strength:g}": make_classifier(strength, most_ngrams)
        for strength in parameters["strengths"]
    }
    counts = CountVectorizer(analyzer=words_and_pairs, binary=True, max_features=most_ngrams)
    return {"naive_bayes": make_pipeline(counts, BernoulliNB()), **regressions}
