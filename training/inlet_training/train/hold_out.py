"""The exam's table in a part to learn from and a part to measure on."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas
from sklearn.model_selection import train_test_split

from ..data.columns import TARGET
from ..errors import InputError
from ..parameters import read_parameters
from ..paths import DATA

CLEAN_TABLE = DATA / "processed" / "train_clean.csv"


class HoldOut(NamedTuple):
    """Features of both parts, a column each, and their labels [N]."""

    train: pandas.DataFrame
    test: pandas.DataFrame
    train_labels: np.ndarray
    test_labels: np.ndarray


def read_clean_table(path: Path = CLEAN_TABLE) -> tuple[pandas.DataFrame, np.ndarray]:
    """The cleaned features and the labels [N]; InputError when the file is not there."""
    if not path.is_file():
        raise InputError(f"{path} is not there: write it with the command preprocess")
    table = pandas.read_csv(path)
    # float32 as a server receives them: a threshold must fall on the same side on both sides.
    return table.drop(columns=TARGET).astype(np.float32), table[TARGET].to_numpy()


def read_hold_out(path: Path = CLEAN_TABLE) -> HoldOut:
    """Both parts, stratified by label; the same rows for the same parameters."""
    features, labels = read_clean_table(path)
    parameters = read_parameters("exam")
    return HoldOut(
        *train_test_split(
            features,
            labels,
            test_size=parameters["test_size"],
            stratify=labels,
            random_state=parameters["random_state"],
        )
    )
