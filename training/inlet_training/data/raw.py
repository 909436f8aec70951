"""Writes the raw tables, byte for byte the same from scikit-learn each time."""

from pathlib import Path

import pandas
from sklearn.datasets import load_breast_cancer, load_digits, load_iris

from ..paths import DATA
from .columns import FLOAT_FORMAT


def column_name(published: str) -> str:
    """A published feature name in snake case and without its unit."""
    return published.removesuffix(" (cm)").replace(" ", "_")


def breast_cancer() -> pandas.DataFrame:
    """30 measurements of cell nuclei in 569 images; target 0 malignant, 1 benign."""
    return load_breast_cancer(as_frame=True).frame.rename(columns=column_name)


def iris() -> pandas.DataFrame:
    """Four measurements of 150 flowers, cm, and the name of their species."""
    flowers = load_iris(as_frame=True)
    species = flowers.target.map(dict(enumerate(flowers.target_names)))
    return flowers.data.rename(columns=column_name).assign(species=species)


def digits() -> pandas.DataFrame:
    """1,797 images of 8 x 8 pixels, 0 to 16, row by row; target 0 to 9."""
    return load_digits(as_frame=True).frame


RAW_TABLES = {"train": breast_cancer, "iris": iris, "digits": digits}


def write_raw_files(folder: Path = DATA / "raw") -> list[Path]:
    """Writes every raw table as CSV with a header line; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, read in RAW_TABLES.items():
        path = folder / f"{name}.csv"
        text = read().to_csv(index=False, float_format=FLOAT_FORMAT, lineterminator="\n")
        path.write_bytes(text.encode())
        paths.append(path)
    return paths
