"""The first line of the input: which columns there are, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from .columns import Column
from .records import read_records

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SHOWN_NAMES = 20


@dataclass(frozen=True)
class Header:
    """The names of the input's columns in their order, and the bytes that hold them."""

    names: list[str]
    raw: bytes
    """With a byte order mark when the input has one, without the line ending."""
    ending: bytes
    end: int
    """Byte offset of the first row."""
    next_line: int


def read_header(path: Path) -> Header:
    """Reads the header; InputError when the file cannot be read, is empty or not CSV in UTF-8."""
    if not path.exists():
        raise InputError(f"{path} is not there")
    if not path.is_file():
        raise InputError(f"{path} is no ordinary file: write the rows to a file first")
    with path.open("rb") as file:
        mark = BYTE_ORDER_MARK if file.read(3) == BYTE_ORDER_MARK else b""
        record = next(read_records(file, offset=len(mark)), None)
    if record is None:
        raise InputError(f"{path} is empty: its first line must name the columns")
    if record.problem:
        raise InputError(
            f"{path}: the first line must name the columns, but it is {record.problem}"
        )
    names = [field.decode() for field in record.fields]
    ending = record.ending or b"\n"
    return Header(names, mark + record.raw, ending, record.end, record.next_line)


def _show(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN_NAMES])
    return shown if len(names) <= SHOWN_NAMES else f"{shown} and {len(names) - SHOWN_NAMES} more"


def find_columns(
    header: Header, columns: Sequence[Column], added: Sequence[str], path: Path
) -> list[int]:
    """Where each wanted column stands.

    InputError when one is missing or stands twice, or when the input has one that will be added.
    """
    missing = [column.name for column in columns if column.name not in header.names]
    if missing:
        hint = ""
        if len(header.names) == 1 and any(mark in header.names[0] for mark in ";\t|"):
            hint = ". The columns must be separated by commas"
        raise InputError(
            f"{path} lacks {_show(missing)}; its columns are {_show(header.names)}{hint}"
        )
    twice = [column.name for column in columns if header.names.count(column.name) > 1]
    if twice:
        raise InputError(f"{path} has two columns of the name {_show(twice)}: rename one of each")
    taken = [name for name in added if name in header.names]
    if taken:
        raise InputError(
            f"{path} already has a column {_show(taken)}, which scoring adds: rename or remove it"
        )
    return [header.names.index(column.name) for column in columns]
