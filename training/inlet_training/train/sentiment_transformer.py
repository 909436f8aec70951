"""Sentiment by the fine-tuned MiniLM encoder: the network, its calibration, its rivals."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ..data.sentences import Sentences
from ..preprocess.augment import augment
from ..preprocess.tokenize import encode, load_tokenizer
from .encoder import Parameters, classify, load_parameters, run_in_batches
from .fine_tune import Examples, Schedule, fine_tune


@dataclass(frozen=True)
class Trained:
    """A calibrated network, and its answers [N,2] to validation sentences with labels [N]."""

    parameters: Parameters
    temperature: float
    probabilities: np.ndarray
    labels: np.ndarray


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The temperature that makes held-out probabilities [N,2] most likely (Guo et al., 2017)."""
    wide = probabilities.astype(np.float64)
    logits = np.log(wide[:, 1]) - np.log(wide[:, 0])
    signs = np.where(labels == 1, 1, -1)
    return float(
        minimize_scalar(
            lambda temperature: np.logaddexp(0, -signs * logits / temperature).mean(),
            bounds=(0.2, 10),
            method="bounded",
        ).x
    )


def with_temperature(parameters: Parameters, temperature: float) -> Parameters:
    """The same network with its logits divided by the temperature."""
    head = {
        name: np.asarray(value / np.float32(temperature), np.float32)
        for name, value in parameters["head"].items()
    }
    return {**parameters, "head": head}


def examples_of(sentences: Sentences, parameters: dict[str, Any], seed: int) -> Examples:
    """What one epoch learns from: the sentences, and joined and denied ones of its own."""
    texts, labels = augment(sentences, parameters["joined"], parameters["denied"], seed)
    return Examples(encode(load_tokenizer(), texts), labels)


def answer(network: Parameters, texts: list[str]) -> np.ndarray:
    """The float32 network's probabilities [N,2] of texts."""
    return run_in_batches(classify, network, encode(load_tokenizer(), texts))


def train(sentences: Sentences, calibration: Sentences, parameters: dict[str, Any]) -> Trained:
    """Tunes on the sentences but a validation split, and calibrates on other ones.

    No subject stands on both sides of the split: twins of opposite labels share theirs. They are
    harder than what people write, so a temperature fitted on them would make answers too unsure.
    """
    split = StratifiedGroupKFold(
        parameters["validation_folds"], shuffle=True, random_state=parameters["random_state"]
    )
    learn, hold_out = next(split.split(sentences.texts, sentences.labels, sentences.subjects))
    learnt, validation = sentences.select(learn), sentences.select(hold_out)
    epochs = [examples_of(learnt, parameters, seed) for seed in range(parameters["epochs"])]
    tuned = fine_tune(load_parameters(), epochs, Schedule(**parameters["schedule"]))
    temperature = fit_temperature(answer(tuned, calibration.texts), calibration.labels)
    network = with_temperature(tuned, temperature)
    return Trained(network, temperature, answer(network, validation.texts), validation.labels)


def make_rivals(random_state: int) -> dict[str, ClassifierMixin]:
    """Untrained classifiers of the published encoder's embeddings [N,384], left as they are."""
    return {
        "logistic_regression_on_embeddings": make_pipeline(
            StandardScaler(), LogisticRegression(C=0.01, max_iter=2000)
        ),
        "perceptron_on_embeddings": make_pipeline(
            StandardScaler(),
            MLPClassifier((128,), early_stopping=True, random_state=random_state),
        ),
    }
