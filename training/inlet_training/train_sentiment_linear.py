"""Sentiment 1.0.0: binary TF-IDF of words and pairs of words, and logistic regression."""

import json
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline

from .card import parity
from .data import Sentences, read_evaluation_sentences, read_training_sentences
from .evaluate import measure
from .export import (
    largest_difference,
    make_model,
    open_session,
    rounded,
    write_golden,
    write_model,
)
from .hard_texts import golden_texts
from .paths import FUNCTIONS, version_folder
from .tokenize import pad, words_and_pairs

VERSION = "1.0.0"
TOLERANCE = 1e-5
STRENGTHS = (0.3, 1.0, 3.0, 10.0)
FOLDS = 10
# The commonest third or so: as good in cross-validation as all, and within a megabyte.
MOST_NGRAMS = 30_000


def make_classifier(strength: float) -> Pipeline:
    """The untrained classifier; a larger strength means weaker regularization."""
    return make_pipeline(
        TfidfVectorizer(analyzer=words_and_pairs, binary=True, max_features=MOST_NGRAMS),
        LogisticRegression(C=strength, max_iter=2000),
    )


def choose_strength(sentences: Sentences) -> tuple[float, float]:
    """The best strength and its accuracy by cross-validation, no subject on both sides.

    Many sentences have a twin of the opposite label and of the same subject: a fold that parted
    twins would teach the words of one to mislead about the other.
    """
    scores = {}
    for strength in STRENGTHS:
        scores[strength] = cross_val_score(
            make_classifier(strength),
            sentences.texts,
            sentences.labels,
            groups=sentences.subjects,
            cv=GroupKFold(FOLDS),
        ).mean()
        print(f"sentiment 1.0.0: C={strength} {scores[strength]:.4f}", flush=True)
    best = max(scores, key=lambda strength: scores[strength])
    return best, float(scores[best])


def export_linear(classifier: Pipeline) -> None:
    """Writes vocabulary.json and model.onnx; id 0 is padding and weighs nothing.

    With binary counts and rows of unit length, the logit of a text's n-grams i is
    sum(idf_i * weight_i) / sqrt(sum(idf_i ** 2)) + bias: two tables and two sums.
    """
    vectorizer, regression = classifier[0], classifier[1]
    ngrams = vectorizer.get_feature_names_out()
    folder = version_folder("sentiment", VERSION)
    (folder / "vocabulary.json").write_text(
        json.dumps(list(ngrams), ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )

    def table(values: np.ndarray) -> np.ndarray:
        return np.concatenate([[0.0], values]).astype(np.float32)

    constants = {
        "weights": table(vectorizer.idf_ * regression.coef_[0]),
        "squares": table(vectorizer.idf_**2),
        "bias": regression.intercept_.astype(np.float32),
        "smallest": np.array(1e-12, np.float32),
        "one": np.array(1, np.float32),
        "row": np.array([1]),
    }
    nodes = [
        helper.make_node("Gather", ["weights", "ngram_ids"], ["weighted"]),
        helper.make_node("Gather", ["squares", "ngram_ids"], ["squared"]),
        helper.make_node("ReduceSum", ["weighted", "row"], ["total"], keepdims=1),
        helper.make_node("ReduceSum", ["squared", "row"], ["square_total"], keepdims=1),
        helper.make_node("Sqrt", ["square_total"], ["length"]),
        helper.make_node("Max", ["length", "smallest"], ["divisor"]),
        helper.make_node("Div", ["total", "divisor"], ["score"]),
        helper.make_node("Add", ["score", "bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["positive"]),
        helper.make_node("Sub", ["one", "positive"], ["negative"]),
        helper.make_node("Concat", ["negative", "positive"], ["probabilities"], axis=1),
    ]
    model = make_model(
        "sentiment_linear",
        nodes,
        [helper.make_tensor_value_info("ngram_ids", TensorProto.INT64, ["rows", "ngrams"])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", 2])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    write_model(model, folder / "model.onnx")


def ngram_rows(texts: list[str]) -> list[list[int]]:
    """The ids of each text's known n-grams, each once, in order of first appearance."""
    content = (version_folder("sentiment", VERSION) / "vocabulary.json").read_text("utf-8")
    ids = {ngram: index for index, ngram in enumerate(json.loads(content), start=1)}
    return [
        [ids[ngram] for ngram in dict.fromkeys(words_and_pairs(text)) if ngram in ids]
        for text in texts
    ]


def train_sentiment_linear() -> dict[str, Any]:
    """Trains, measures and writes 1.0.0 and its golden set; returns the card's facts."""
    sentences = read_training_sentences()
    strength, cross_validated = choose_strength(sentences)
    classifier = make_classifier(strength).fit(sentences.texts, sentences.labels)
    export_linear(classifier)

    texts = golden_texts()
    expected = classifier.predict_proba(texts)
    session = open_session(version_folder("sentiment", VERSION) / "model.onnx")
    (served,) = session.run(None, {"ngram_ids": pad(ngram_rows(texts))[0]})
    cases = [
        {"request": {"text": text}, "outputs": {"probabilities": rounded(row[None])}}
        for text, row in zip(texts, expected, strict=True)
    ]
    write_golden(FUNCTIONS / "sentiment" / "golden" / f"{VERSION}.json", TOLERANCE, cases)

    evaluation = read_evaluation_sentences()
    probabilities = classifier.predict_proba(evaluation.texts)
    quality = {
        "evaluation": "training/data/sentiment/evaluation.tsv",
        **measure(probabilities, evaluation.labels, evaluation.tones),
        "cross_validation_accuracy": cross_validated,
    }
    print(f"sentiment 1.0.0: {quality}", flush=True)
    return {
        "description": "Logistic regression on TF-IDF of words and pairs of words.",
        "labels": ["negative", "positive"],
        "batchable": True,
        "max_batch": 32,
        "files": {},
        "parity": parity(len(texts), TOLERANCE, largest_difference(expected, served)),
        "quality": quality,
    }
