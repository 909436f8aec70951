"""Makes a baseline and a current file from one table, with or without a shift."""

from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import InputError
from .cells import is_label, to_numbers
from .read_csv import read_csv
from .tables import FEWEST_ROWS
from .write_page import write_atomically


def write_example(
    source: Path, baseline: Path, current: Path, shift: float, seed: int
) -> tuple[int, int]:
    """Deals the rows of a CSV out at random to two files; returns how many each has.

    Every column of numbers of the second is moved by shift of its standard deviations; labels
    are left alone.
    """
    table = read_csv(source)
    rows = len(table.lines)
    if rows < 2 * FEWEST_ROWS:
        raise InputError(f"{source}: {rows} rows, at least {2 * FEWEST_ROWS} are needed.")
    order = np.random.default_rng(seed).permutation(rows)
    cells = pd.DataFrame(table.columns, dtype=object)
    first, second = cells.iloc[order[: rows // 2]], cells.iloc[order[rows // 2 :]].copy()
    for name in cells:
        numbers = to_numbers(table, str(name))
        if shift and numbers is not None and not is_label(numbers):
            moved = numbers + shift * numbers.std()
            second[name] = moved.iloc[order[rows // 2 :]].map("{:.10g}".format)
    for path, part in ((baseline, first), (current, second)):
        write_atomically(path, part.to_csv(index=False, lineterminator="\n"))
    return len(first), len(second)
