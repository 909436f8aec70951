"""Reads a CSV file strictly: every cell as text, every mistake with its line."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError


@dataclass(frozen=True)
class CsvTable:
    """The cells of a file by column, and the line that each row ends on."""

    path: Path
    columns: dict[str, list[str]]
    lines: list[int]


def read_csv(path: Path) -> CsvTable:
    """Reads comma-separated UTF-8 with a header; InputError on anything else."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return read_rows(path, file)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file; write it or name another one.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8; save the file as comma-separated UTF-8.") from None
    except csv.Error as error:
        raise InputError(
            f"{path}: not CSV ({error}); write it again, separated by commas."
        ) from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from None


def read_rows(path: Path, file: Iterable[str]) -> CsvTable:
    """Takes a header and rows; lines without any text are passed over."""
    reader = csv.reader(file, strict=True)
    header = [name.strip() for name in next(reader, [])]
    if not any(header):
        raise InputError(f"{path}: the file is empty; write a header line and rows.")
    if any("\0" in name for name in header):
        raise InputError(f"{path}: not CSV but binary data; name a file of comma-separated text.")
    for name, count in Counter(header).items():
        if not name:
            raise InputError(f"{path}: a column has no name; name every column in line 1.")
        if count > 1:
            raise InputError(
                f"{path}: column '{name}' is there {count} times; rename or remove one."
            )
    columns: dict[str, list[str]] = {name: [] for name in header}
    lines = []
    for row in reader:
        if not row:
            continue
        if len(row) != len(header):
            raise InputError(
                f"{path}, line {reader.line_num}: {len(row)} values for {len(header)} columns; "
                "correct or remove the line."
            )
        for cells, cell in zip(columns.values(), row, strict=True):
            cells.append(cell.strip())
        lines.append(reader.line_num)
    return CsvTable(path, columns, lines)
