"""Turns recorded requests into rows of columns: what was asked, and what was answered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..data.tables import IRIS_FEATURES
from ..preprocess.image_descriptors import describe_image
from ..preprocess.text_descriptors import describe_text

LABEL = "label"
CONFIDENCE = "confidence"

Row = dict[str, float | str]
Expand = Callable[[Any, Any], Iterable[tuple[Row, str]]]


@dataclass
class Instances:
    """Rows of one period with their texts, and how many requests gave none.

    One request may hold many instances. hidden counts those whose input was not recorded, foreign
    those that are not of the shape that the model writes.
    """

    rows: list[Row] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    hidden: int = 0
    foreign: int = 0

    def to_frame(self) -> pd.DataFrame:
        """The rows as a table."""
        return pd.DataFrame(self.rows)


def expand_iris(asked: Any, answered: Any) -> Iterable[tuple[Row, str]]:
    """One row a flower: measurements by name, species, and its probability."""
    for values, label, probabilities in zip(
        asked["features"], answered["labels"], answered["probabilities"], strict=True
    ):
        measured = dict(zip(IRIS_FEATURES, map(float, values), strict=True))
        yield {**measured, LABEL: str(label), CONFIDENCE: float(max(probabilities))}, ""


def expand_digits(asked: Any, answered: Any) -> Iterable[tuple[Row, str]]:
    """One row: descriptors of the image, the digit and its probability."""
    described = described_as_floats(describe_image(np.array(asked["image"], np.float64)))
    digit, confidence = str(answered["digit"]), float(answered["confidence"])
    yield {**described, LABEL: digit, CONFIDENCE: confidence}, ""


def expand_sentiment(asked: Any, answered: Any) -> Iterable[tuple[Row, str]]:
    """One row a text: its descriptors, the label and its probability."""
    texts = [asked["text"]] if "text" in asked else asked["texts"]
    results = [answered] if "text" in asked else answered["results"]
    for text, result in zip(texts, results, strict=True):
        described = described_as_floats(describe_text(text))
        label, confidence = str(result["label"]), float(result["confidence"])
        yield {**described, LABEL: label, CONFIDENCE: confidence}, text


def expand_summarize(asked: Any, _answered: Any) -> Iterable[tuple[Row, str]]:
    """One row: descriptors of the text; a summary has no label."""
    yield {**described_as_floats(describe_text(asked["text"]))}, asked["text"]


def described_as_floats(described: Mapping[str, float]) -> dict[str, float]:
    """Descriptors of every kind of number as floats."""
    return {name: float(value) for name, value in described.items()}


EXPANSIONS: dict[str, Expand] = {
    "iris": expand_iris,
    "digits": expand_digits,
    "sentiment": expand_sentiment,
    "summarize": expand_summarize,
}


def expand(model: str, answers: Iterable[tuple[Any, Any]], limit: int) -> Instances:
    """The first instances of recorded requests, at most limit."""
    instances = Instances()
    for asked, answered in answers:
        if asked is None or (isinstance(asked, dict) and asked.keys() == {"sha256"}):
            instances.hidden += 1
            continue
        try:
            expanded = list(EXPANSIONS[model](asked, answered))
        except (KeyError, IndexError, TypeError, ValueError):
            instances.foreign += 1
            continue
        for row, text in expanded[: limit - len(instances.rows)]:
            instances.rows.append(row)
            instances.texts.append(text)
        if len(instances.rows) >= limit:
            break
    return instances
