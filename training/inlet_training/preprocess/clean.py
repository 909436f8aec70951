"""Checks and cleans the exam's raw table."""

from pathlib import Path

import numpy as np
import pandas

from ..data.columns import BREAST_CANCER_FEATURES, FLOAT_FORMAT, TARGET
from ..errors import InputError
from ..parameters import read_parameters
from ..paths import DATA

RAW_TABLE = DATA / "raw" / "train.csv"
CLEAN_TABLE = DATA / "processed" / "train_clean.csv"


def read_text_table(path: Path) -> pandas.DataFrame:
    """A CSV's cells as text, empty ones as missing; InputError says what is wrong with it."""
    if not path.is_file():
        raise InputError(f"{path} is not there: write it with the command data")
    try:
        table = pandas.read_csv(path, dtype=str, index_col=False, on_bad_lines="error")
    except (pandas.errors.EmptyDataError, pandas.errors.ParserError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not a CSV table: {error}") from error
    expected = [*BREAST_CANCER_FEATURES, TARGET]
    missing = [name for name in expected if name not in table.columns]
    unknown = [name for name in table.columns if name not in expected]
    if missing or unknown:
        raise InputError(
            f"{path.name}: the columns must be the {len(expected)} of the published table;"
            f" missing: {', '.join(missing) or 'none'}; unknown: {', '.join(unknown) or 'none'}"
        )
    return table[expected]


def to_numbers(table: pandas.DataFrame, name: str) -> pandas.DataFrame:
    """The cells as numbers; InputError names line and column of the first that is none."""
    numbers = table.apply(pandas.to_numeric, errors="coerce").astype(float)
    wrong = (numbers.isna() & table.notna()) | numbers.isin([np.inf, -np.inf])
    wrong[TARGET] |= numbers[TARGET].notna() & ~numbers[TARGET].isin([0, 1])
    for row, column in np.argwhere(wrong.to_numpy())[:1]:
        wanted = "0 or 1" if table.columns[column] == TARGET else "a finite number"
        raise InputError(
            f"{name}, line {row + 2}, column {table.columns[column]}:"
            f" {table.iat[row, column]!r} is not {wanted}"
        )
    return numbers


def clean(source: Path = RAW_TABLE, target: Path = CLEAN_TABLE) -> None:
    """Writes the rows of source that are complete and not there twice; InputError on bad input.

    A missing value is not filled in: that would have to be learnt from the training part alone.
    """
    numbers = to_numbers(read_text_table(source), source.name)
    complete = numbers.dropna()
    kept = complete.drop_duplicates().astype({TARGET: int})
    print(
        f"{source.name}: {len(numbers)} rows, {len(numbers) - len(complete)} with missing values,"
        f" {len(complete) - len(kept)} duplicates, {len(kept)} kept",
        flush=True,
    )
    largest = read_parameters("preprocess")["largest_dropped_share"]
    if len(kept) < (1 - largest) * len(numbers):
        raise InputError(
            f"{source.name}: more than {largest:.0%} of the rows would be dropped: repair the file"
            " or raise preprocess.largest_dropped_share in params.yaml"
        )
    if kept[TARGET].nunique() < 2:
        raise InputError(f"{source.name}: column {TARGET} must hold both 0 and 1")
    target.parent.mkdir(parents=True, exist_ok=True)
    kept.to_csv(target, index=False, float_format=FLOAT_FORMAT, lineterminator="\n")
