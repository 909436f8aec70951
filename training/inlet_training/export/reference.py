"""Writes reference.json: how a version's inputs and outputs were spread when it was made.

What it holds is said in platform/runtime/reference-sketch.ts; its JSON Schema is made from there.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd

SCHEMA = Path(__file__).with_name("reference.schema.json")
DECILES = np.arange(1, 10) / 10
# As answers are: what lies beyond is noise of the engine.
DECIMALS_OF_CONFIDENCE = 6


def shares_of(counts: np.ndarray) -> list[float]:
    """Counts [N] as parts of their sum, with nine decimals."""
    return np.round(counts / counts.sum(), 9).tolist()


def edges_of(values: np.ndarray) -> np.ndarray:
    """Edges of some ten bins of equal share, fewer where many values are equal.

    Each lies midway between a decile and the next larger value, so that no value lies on an edge
    and the last digit of a live one cannot move it to another bin. A value that never changes
    lies between two edges of its own.
    """
    distinct = np.unique(values)
    if len(distinct) == 1:
        width = max(abs(distinct[0]), 1.0) * 1e-4
        return np.array([distinct[0] - width, distinct[0] + width])
    cuts = np.searchsorted(distinct, np.quantile(values, DECILES, method="inverted_cdf"))
    inner = np.unique(cuts[cuts < len(distinct) - 1])
    if len(inner) == 0:
        # Nine tenths or more have the largest value: one edge below it.
        inner = np.array([len(distinct) - 2])
    middles = (distinct[inner] + distinct[inner + 1]) / 2
    return np.unique([float(f"{middle:.9g}") for middle in middles])


def number_histogram(values: np.ndarray) -> dict[str, Any]:
    """Edges, and the shares of values with exactly i edges at or below them."""
    edges = edges_of(values)
    bins = np.searchsorted(edges, values, side="right")
    return {
        "edges": edges.tolist(),
        "shares": shares_of(np.bincount(bins, minlength=len(edges) + 1)),
    }


def describe_feature(name: str, column: "pd.Series[Any]") -> dict[str, Any]:
    """One feature of a sketch: a histogram of numbers, or the shares of each text."""
    if column.isna().any():
        raise ValueError(f"feature {name} has missing values; leave those rows out")
    if not pd.api.types.is_numeric_dtype(column):
        counts = column.astype(str).value_counts().sort_index()
        histogram = {"categories": counts.index.tolist(), "shares": shares_of(counts.to_numpy())}
        return {"name": name, "kind": "category", **histogram}
    values = column.to_numpy(np.float64)
    if not np.isfinite(values).all():
        raise ValueError(f"feature {name} has infinite values; leave those rows out")
    return {"name": name, "kind": "number", **number_histogram(values)}


def describe_outputs(labels: Sequence[str], probabilities: np.ndarray) -> dict[str, Any]:
    """The answered labels and their probabilities, from probabilities [N, labels]."""
    if probabilities.ndim != 2 or probabilities.shape[1] != len(labels):
        raise ValueError(f"probabilities {probabilities.shape} are not [N, {len(labels)} labels]")
    if not np.isfinite(probabilities).all():
        raise ValueError("probabilities must be finite numbers")
    answered = np.bincount(probabilities.argmax(axis=1), minlength=len(labels))
    confidences = np.round(probabilities.max(axis=1).astype(np.float64), DECIMALS_OF_CONFIDENCE)
    return {
        "rows": len(probabilities),
        "labels": {"categories": list(labels), "shares": shares_of(answered)},
        "confidence": number_histogram(confidences),
    }


def describe_embeddings(embeddings: np.ndarray) -> dict[str, Any]:
    """The mean of embeddings [N, units] of unit length, and deciles of cosine distances to it."""
    wide = embeddings.astype(np.float64)
    rows = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    mean = np.round(rows.mean(axis=0), 6)
    distances = 1 - rows @ mean / np.linalg.norm(mean)
    quantiles = np.round(np.quantile(distances, DECILES), 6)
    if not (np.diff(quantiles) > 0).all():
        raise ValueError("embeddings must differ, and none may be zero: their deciles are equal")
    return {"rows": len(rows), "mean": mean.tolist(), "distance_quantiles": quantiles.tolist()}


def make_reference(
    features: Mapping[str, np.ndarray],
    labels: Sequence[str] = (),
    probabilities: np.ndarray | None = None,
    embeddings: np.ndarray | None = None,
) -> dict[str, Any]:
    """The reference sketch of a version.

    features: numbers or texts [N] by name, of the training rows. labels: the card's, with
    probabilities [M, labels] of rows that the model has not learnt from: of learnt ones it is too
    sure. embeddings: [K, units], of a model that answers with them. Raises ValueError when
    something cannot be counted.
    """
    table = pd.DataFrame(features)
    if table.empty:
        raise ValueError("features must have at least one row and one column")
    if (len(labels) > 0) != (probabilities is not None):
        raise ValueError("labels and probabilities go together: give both or neither")
    reference: dict[str, Any] = {
        "schema_version": 1,
        "rows": len(table),
        "features": [describe_feature(str(name), column) for name, column in table.items()],
    }
    if probabilities is not None:
        reference["outputs"] = describe_outputs(labels, probabilities)
    if embeddings is not None:
        reference["embedding"] = describe_embeddings(embeddings)
    return reference


@cache
def validator() -> jsonschema.Draft202012Validator:
    """Checks a sketch against the schema that the server's reader has made."""
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def write_reference(folder: Path, reference: dict[str, Any]) -> None:
    """Writes <folder>/reference.json: the same sketch gives the same bytes.

    Raises ValueError when the server would not read it.
    """
    path = folder / "reference.json"
    for error in validator().iter_errors(reference):
        raise ValueError(f"{path} cannot be written: {error.json_path}: {error.message}")
    content = json.dumps(reference, ensure_ascii=False, allow_nan=False, indent=1)
    path.write_text(f"{content}\n", encoding="utf-8")
