"""What retraining needs to know of a model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from .labelled import Instance

Answer = Callable[[list[Instance]], np.ndarray]
"""Probabilities [N,classes] of instances."""


@dataclass(frozen=True)
class Rows:
    """Instances and the index of each one's label [N]."""

    instances: list[Instance]
    labels: np.ndarray

    def select(self, chosen: np.ndarray) -> "Rows":
        """The rows at the given indices."""
        return Rows([self.instances[index] for index in chosen], self.labels[chosen])

    def __add__(self, other: "Rows") -> "Rows":
        """These rows and then the others."""
        return Rows(self.instances + other.instances, np.concatenate([self.labels, other.labels]))


@dataclass(frozen=True)
class Recipe:
    """A model's way from rows to a file that its function can serve."""

    model: str
    version: str
    """The version that a candidate would follow."""
    stage: str
    labels: tuple[str, ...]
    training: Callable[[], Rows]
    """What the version has learnt from."""
    tests: Callable[[], Rows]
    """What it was measured on and nobody learns from; none when it was cross-validated."""
    reserved: Callable[[], list[Instance]]
    """Instances that nobody may learn from, the tests among them."""
    choose: Callable[[Rows], tuple[str, Any]]
    """The best kind of classifier for rows, by its name, not trained."""
    baseline: Callable[[], Any]
    """The version's own kind of classifier, not trained."""
    array: Callable[[list[Instance]], Any]
    """Instances as classifiers take them."""
    export: Callable[[Any], tuple[onnx.ModelProto, dict[str, str]]]
    """A trained classifier as a graph, and the files that stand beside it."""
    load: Callable[[Path], Answer]
    """How the files in a folder answer, those of the version or of a candidate."""
    served: Callable[[], Mapping[str, Answer]]
    """The versions in service, as their shipped files answer."""
