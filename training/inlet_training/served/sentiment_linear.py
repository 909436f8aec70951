"""Sentiment 1.0.0: binary TF-IDF of words and pairs of words, and logistic regression."""

import json

import numpy as np
from sklearn.model_selection import GroupKFold, cross_val_predict

from ..data.sentences import (
    LABELS,
    read_development_sentences,
    read_test_sentences,
    read_training_sentences,
)
from ..evaluate.candidates import best, compare
from ..evaluate.sentences import sentence_quality
from ..export.facts import write_facts
from ..export.golden import text_cases, write_golden
from ..export.hard_texts import golden_texts, parity_texts
from ..export.linear_graph import make_linear_graph
from ..export.onnx_file import Version, open_session, write_model
from ..export.parity import measure_parity
from ..parameters import read_parameters
from ..preprocess.text_descriptors import text_features
from ..preprocess.tokenize import ngram_rows, pad
from ..train.sentiment_linear import make_candidates
from .describe import describe

VERSION = Version("sentiment", "1.0.0", "sentiment-linear", LABELS)
TOLERANCE = 1e-5


def make() -> None:
    """Compares, trains, measures and writes the model and what belongs to it.

    Many sentences have a twin of the opposite label and of the same subject: a fold that parted
    twins would teach the words of one to mislead about the other.
    """
    parameters = read_parameters("sentiment_linear")
    sentences = read_training_sentences()
    candidates = make_candidates(parameters)
    folds = GroupKFold(parameters["folds"])
    print("sentiment 1.0.0: comparing", flush=True)
    results = compare(candidates, sentences.texts, sentences.labels, folds, sentences.subjects)
    regressions = [result for result in results if result["name"].startswith("logistic")]
    classifier = candidates[best(regressions)]
    out_of_fold = cross_val_predict(
        classifier,
        sentences.texts,
        sentences.labels,
        groups=sentences.subjects,
        cv=folds,
        method="predict_proba",
    )
    classifier.fit(sentences.texts, sentences.labels)

    path = write_model(make_linear_graph(classifier), VERSION)
    vocabulary = list(classifier[0].get_feature_names_out())
    text = json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":"))
    (VERSION.folder / "vocabulary.json").write_text(text, encoding="utf-8")
    session = open_session(path)

    def serve(texts: list[str]) -> np.ndarray:
        (answers,) = session.run(None, {"ngram_ids": pad(ngram_rows(vocabulary, texts))[0]})
        return np.asarray(answers)

    texts = golden_texts()
    cases = text_cases("probabilities", texts, classifier.predict_proba(texts))
    write_golden("sentiment", VERSION.version, TOLERANCE, cases)

    quality = sentence_quality(serve, read_test_sentences(), read_development_sentences())
    print(f"sentiment 1.0.0: {quality}", flush=True)
    describe(VERSION, text_features(sentences.texts), out_of_fold, sentences.labels)
    compared = parity_texts()
    expected = classifier.predict_proba(compared)
    write_facts(
        VERSION,
        parameters,
        results,
        {
            "description": "Logistic regression on TF-IDF of words and pairs of words.",
            "batchable": True,
            "max_batch": 32,
            "parity": measure_parity(expected, serve(compared), TOLERANCE),
            "quality": quality,
        },
    )
