"""How well a sentiment model agrees with the labels of sentences that it has not learnt from."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.sentences import Sentences
from ..preprocess.augment import denied_sentences, joined_sentences
from .measures import accuracy_by_group, classification_quality

MADE_TEXTS = 300
MADE_TEXT_SEED = 6


def sentence_quality(
    serve: Callable[[list[str]], np.ndarray], test: Sentences, development: Sentences
) -> dict[str, Any]:
    """Quality on the test sentences with the accuracy by tone, and on the development sentences.

    serve answers texts with probabilities [N,2]. Choices were made by the development sentences
    only, so that their figures flatter.
    """
    probabilities = serve(test.texts)
    on_development = classification_quality(serve(development.texts), development.labels)
    return {
        "evaluation": "training/data/sentiment/test.tsv",
        **classification_quality(probabilities, test.labels),
        "accuracy_by_tone": accuracy_by_group(probabilities, test.labels, test.tones),
        "development": {
            name: on_development[name]
            for name in ("rows", "accuracy", "accuracy_interval_95", "expected_calibration_error")
        },
    }


def made_text_accuracy(
    serve: Callable[[list[str]], np.ndarray], sentences: Sentences
) -> dict[str, float]:
    """Accuracy on sentences set against each other ("A, but B") and on denied ones.

    Patterns as in training, made of sentences that were not learnt from.
    """
    generator = np.random.default_rng(MADE_TEXT_SEED)
    accuracies = {}
    for name, make in {"joined": joined_sentences, "denied": denied_sentences}.items():
        texts, labels = make(sentences, MADE_TEXTS, generator)
        accuracies[name] = float((serve(texts).argmax(axis=1) == np.array(labels)).mean())
    return accuracies
