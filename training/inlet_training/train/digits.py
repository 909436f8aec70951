"""Digits: perceptrons on 8x8 images, trained on distorted copies."""

import warnings
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from ..preprocess.distort import distort

PIXELS = 64


class DistortedEnsemble(ClassifierMixin, BaseEstimator):
    """The mean of perceptrons of different seeds on rows [N,64] of 0 to 1 and distorted copies."""

    def __init__(
        self,
        members: int,
        copies: int,
        hidden_units: int,
        alpha: float,
        batch_size: int,
        learning_rate: float,
        epochs: int,
        random_state: int,
    ) -> None:
        self.members = members
        self.copies = copies
        self.hidden_units = hidden_units
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.random_state = random_state

    def fit(self, rows: np.ndarray, labels: np.ndarray) -> "DistortedEnsemble":
        """Trains every member on the same copies."""
        images = rows.reshape(-1, 8, 8)
        generator = np.random.default_rng(self.random_state)
        copies = [images, *(distort(images, generator) for _ in range(self.copies))]
        inputs = np.concatenate(copies).reshape(-1, PIXELS)
        targets = np.tile(labels, self.copies + 1)
        self.classes_ = np.unique(labels)
        self.networks_ = []
        for member in range(self.members):
            network = MLPClassifier(
                (self.hidden_units,),
                alpha=self.alpha,
                batch_size=self.batch_size,
                learning_rate_init=self.learning_rate,
                max_iter=self.epochs,
                n_iter_no_change=self.epochs,
                random_state=self.random_state + member,
            )
            with warnings.catch_warnings():
                # A fixed number of passes: it need not converge by scikit-learn's rule.
                warnings.simplefilter("ignore", ConvergenceWarning)
                self.networks_.append(network.fit(inputs, targets))
            print(f"digits: perceptron {member + 1} of {self.members}", flush=True)
        return self

    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        """The members' mean probabilities [N,10] of rows [N,64]."""
        mean: np.ndarray = np.mean([network.predict_proba(rows) for network in self.networks_], 0)
        return mean

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """The likeliest digit [N] of each row."""
        return self.classes_[self.predict_proba(rows).argmax(axis=1)]


def make_candidates(parameters: dict[str, Any]) -> dict[str, ClassifierMixin]:
    """The untrained classifiers that are compared; one member stands for the ensemble."""
    ensemble = {**parameters["ensemble"], "random_state": parameters["random_state"], "members": 1}
    return {
        "nearest_neighbours": KNeighborsClassifier(3),
        "support_vector_machine": SVC(C=10, gamma="scale"),
        "perceptron": DistortedEnsemble(**{**ensemble, "copies": 0}),
        "perceptron_with_distorted_copies": DistortedEnsemble(**ensemble),
    }
