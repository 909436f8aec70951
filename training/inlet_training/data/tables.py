"""Reads the raw tables that served models learn from."""

import csv

import numpy as np

from ..paths import DATA

IRIS_FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")
IRIS_SPECIES = ("setosa", "versicolor", "virginica")
LARGEST_INK = 16.0


def read_rows(name: str, width: int) -> tuple[np.ndarray, list[str]]:
    """Numbers [N,width] and the last column's text of data/raw/<name>.csv, which has a header.

    FileNotFoundError when it is not there, ValueError when it has other columns.
    """
    path = DATA / "raw" / f"{name}.csv"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: write it with training/run data")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if len(header) != width + 1:
        raise ValueError(f"{path} has {len(header)} columns instead of {width + 1}")
    return np.array([row[:width] for row in rows], float), [row[width] for row in rows]


def read_iris() -> tuple[np.ndarray, np.ndarray]:
    """Measurements [150,4] in centimetres and species [150].

    float32 as the server receives them: a threshold must fall on the same side on both sides.
    """
    values, names = read_rows("iris", len(IRIS_FEATURES))
    return values.astype(np.float32), np.array([IRIS_SPECIES.index(name) for name in names])


def read_digits() -> tuple[np.ndarray, np.ndarray]:
    """Images as rows [1797,64] with values 0 to 16, and the digits [1797]."""
    values, names = read_rows("digits", 64)
    return values, np.array([int(name) for name in names])
