"""The table of labelled predictions as a file that DVC tracks."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import yaml

from ..errors import InputError
from ..paths import DATA
from ..score.journal import synchronize_folder
from ..score.problems import RunStoppedError

FOLDER = DATA / "feedback"


def table_path(folder: Path, model: str) -> Path:
    """The table of a model's labelled predictions."""
    return folder / f"{model}.csv"


def pointer_path(table: Path) -> Path:
    """What git keeps of a table: its md5 and size."""
    return table.with_name(f"{table.name}.dvc")


def replace(part: Path, table: Path) -> None:
    """Gives a complete file the table's name, all or nothing."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(table)
    synchronize_folder(table.parent)


def md5_of(table: Path) -> str:
    """The md5 of a table, as DVC names it."""
    with table.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def track(table: Path) -> None:
    """Has DVC keep the table's bytes and git its md5; RunStoppedError with what DVC says."""
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "add", table.name],
        cwd=table.parent,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        told = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        why = told[0] if told else f"exit code {done.returncode}"
        raise RunStoppedError(
            f"{table} is written, but DVC does not track it ({why}): run dvc add {table}"
        )


def tracked_md5(table: Path) -> str:
    """The md5 of a table that DVC tracks as it is; InputError when it is missing or another."""
    pointer = pointer_path(table)
    if not table.is_file():
        how = "dvc pull" if pointer.is_file() else f"training/run feedback {table.stem}"
        raise InputError(f"{table} is not there: get it with {how}")
    digest = md5_of(table)
    try:
        (kept,) = yaml.safe_load(pointer.read_text(encoding="utf-8"))["outs"]
        tracked = kept["md5"]
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError):
        tracked = None
    if tracked != digest:
        raise InputError(
            f"{table} is not what {pointer.name} tracks: keep it with dvc add {table}, or get the"
            " tracked one with dvc checkout"
        )
    return digest
