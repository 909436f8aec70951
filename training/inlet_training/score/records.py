"""Reads a CSV file record by record with exact line numbers, broken records among them.

The grammar is RFC 4180's, with LF or CRLF. Python's csv module repairs what it cannot read and
keeps neither the bytes nor their place; here a row is either exact or rejected as it was.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

# Also the largest request that the gateway takes by default.
LARGEST_RECORD = 1 << 20

_QUOTED = re.compile(rb'"([^"]*+(?:""[^"]*+)*+)"')
_UNQUOTED = re.compile(rb"[^,]*+")


class Record(NamedTuple):
    """A row of the file as it was, its fields when it can be read, else what is wrong with it."""

    line: int
    """Physical line where it begins, from 1."""
    raw: bytes
    """Without its line ending."""
    ending: bytes
    fields: list[bytes]
    problem: str
    """Empty when fields holds the values."""
    end: int
    """Byte offset of the record after it."""
    next_line: int


class BrokenRecordError(ValueError):
    """A record that is not CSV."""


def split_fields(content: bytes) -> list[bytes] | None:
    """The values of a record without its line ending; None while a quoted field is open."""
    fields = []
    position = 0
    while True:
        if content.startswith(b'"', position):
            found = _QUOTED.match(content, position)
            if found is None:
                return None
            fields.append(found[1].replace(b'""', b'"'))
        else:
            found = _UNQUOTED.match(content, position)
            assert found is not None  # it matches nothing at all as well
            if b'"' in found[0]:
                raise BrokenRecordError("broken quotes: a quote within a field without quotes")
            fields.append(found[0])
        position = found.end()
        if position == len(content):
            return fields
        if not content.startswith(b",", position):
            raise BrokenRecordError("broken quotes: text behind the end of a quoted field")
        position += 1


def strip_ending(content: bytes) -> tuple[bytes, bytes]:
    """A physical line and its ending: CRLF, LF, or nothing at the end of the file."""
    for ending in (b"\r\n", b"\n"):
        if content.endswith(ending):
            return content[: -len(ending)], ending
    return content, b""


def _read_quoted(file: BinaryIO, first: bytes) -> tuple[bytes, int]:
    """The record that begins with the physical line first, and its lines.

    Complete is a record with an even number of quotes; BrokenRecordError when that never comes.
    """
    split_fields(strip_ending(first)[0])
    parts = [first]
    size = len(first)
    quotes = first.count(b'"')
    while quotes % 2:
        following = file.readline(LARGEST_RECORD - size)
        size += len(following)
        if not following or size >= LARGEST_RECORD:
            raise BrokenRecordError("broken quotes: a quoted field does not end")
        quotes += following.count(b'"')
        parts.append(following)
    return b"".join(parts), len(parts)


def _find_fault(raw: bytes) -> str:
    """Why the values would not be read again as they are; empty when they would."""
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            return f"not UTF-8: byte {error.start + 1} of the row"
    if b"\r" in raw and b"\r" in _QUOTED.sub(b"", raw):
        return "a carriage return outside quotes"
    return ""


def _find_wrong_width(fields: list[bytes], raw: bytes, width: int) -> str:
    """What is wrong with the number of fields; empty when there are width."""
    if len(fields) == width:
        return ""
    if raw == b"":
        return "an empty line"
    few_or_many = "few" if len(fields) < width else "many"
    return f"too {few_or_many} fields: {len(fields)} instead of {width}"


def _skip_line(file: BinaryIO) -> int:
    """Reads to the end of a physical line without keeping it; returns its bytes."""
    size = 0
    while part := file.readline(LARGEST_RECORD):
        size += len(part)
        if part.endswith(b"\n"):
            break
    return size


def read_records(
    file: BinaryIO, width: int | None = None, offset: int = 0, line: int = 1
) -> Iterator[Record]:
    """Every record from a byte offset on, with width fields unless that is None.

    When quotes are broken, only the physical line where they begin is given up and reading goes on
    with the next one: one stray quote must not swallow the rows up to the next quote.
    """
    file.seek(offset)
    while first := file.readline(LARGEST_RECORD):
        content, lines, problem = first, 1, ""
        end = offset + len(first)
        fields: list[bytes] = []
        if len(first) == LARGEST_RECORD and not first.endswith(b"\n"):
            end += _skip_line(file)
            problem = f"longer than {LARGEST_RECORD} bytes, cut here: bytes {offset} to {end}"
            yield Record(line, first, b"", fields, problem, end, line + 1)
            offset, line = end, line + 1
            continue
        try:
            if b'"' in first:
                content, lines = _read_quoted(file, first)
            raw, ending = strip_ending(content)
            fields = (split_fields(raw) or []) if b'"' in raw else raw.split(b",")
            problem = _find_fault(raw)
            if width is not None and not problem:
                problem = _find_wrong_width(fields, raw, width)
                # Of several columns: more likely rows that two stray quotes have joined.
                if problem and lines > 1 and width > 1:
                    raise BrokenRecordError(f"broken quotes, or {problem}")
        except BrokenRecordError as error:
            problem = str(error)
            content, lines = first, 1
            file.seek(end)
        raw, ending = strip_ending(content)
        end = offset + len(content)
        yield Record(line, raw, ending, [] if problem else fields, problem, end, line + lines)
        offset, line = end, line + lines
