"""Reads the labelled predictions from the gateway, page by page, into a table on disk."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import urllib3

from ..score.gateway import Gateway
from ..score.problems import RunStoppedError
from ..score.records import LARGEST_RECORD, Record, read_records
from .labelled import COLUMNS, HiddenInputError, UnfitRowError, created_at, read_row, show

PAGE_ROWS = 200
# A row holds a request of a megabyte at most, its quotes doubled, and the answer.
LARGEST_PAGE = PAGE_ROWS * 3 * LARGEST_RECORD
MOST_ROWS = 1_000_000
TRIES = 5
SHOWN_REASONS = 5
HEADER = ",".join(COLUMNS).encode()


class BrokenPageError(Exception):
    """A page that ended before its end: asked for again."""


@dataclass
class Downloaded:
    """What became of the rows."""

    rows: int = 0
    labels: int = 0
    hidden: int = 0
    unfit: int = 0
    reasons: list[str] = field(default_factory=list)
    """Of the first unfit rows."""

    def __str__(self) -> str:
        written = self.rows - self.hidden - self.unfit
        return (
            f"{self.rows:,} labelled predictions = {written:,} written"
            f" + {self.hidden:,} without their input + {self.unfit:,} that do not fit"
        )


class LabelledPages:
    """The labelled predictions of a model behind a gateway, of one version or of all."""

    def __init__(
        self, gateway: Gateway, model: str, version: str | None, pause: float = 0.5
    ) -> None:
        """pause: seconds before a broken page is asked for again, doubled each time."""
        self._gateway = gateway
        self._model = model
        self._version = version
        self._pause = pause

    def _fetch(self, cursor: str | None, file: BinaryIO) -> str | None:
        """Writes one page to an empty file; the next page's cursor, None behind the last."""
        given = {"limit": str(PAGE_ROWS), "version": self._version, "cursor": cursor}
        query = urlencode({name: value for name, value in given.items() if value is not None})
        path = f"/api/v1/models/{quote(self._model, safe='')}/feedback.csv?{query}"
        response = self._gateway.open(path)
        try:
            if not response.headers.get("content-type", "").startswith("text/csv"):
                raise RunStoppedError(
                    f"{self._gateway.address} answers no table: is it an Inlet gateway?"
                )
            last = b""
            for part in response.stream(1 << 16, decode_content=False):
                file.write(part)
                last = part[-1:] or last
                if file.tell() > LARGEST_PAGE:
                    raise RunStoppedError(
                        f"{self._gateway.address}: a page of {PAGE_ROWS} rows does not end"
                    )
        except urllib3.exceptions.HTTPError as error:
            raise BrokenPageError(str(error)) from error
        finally:
            response.close()
        if last != b"\n":
            raise BrokenPageError("the last row has no end")
        return _next_cursor(response.headers.get("link", ""))

    def fetch(self, cursor: str | None, file: BinaryIO) -> str | None:
        """As _fetch, with patience; RunStoppedError when a page comes to its end in no try."""
        for attempt in range(TRIES):
            file.seek(0)
            file.truncate()
            try:
                return self._fetch(cursor, file)
            except BrokenPageError as error:
                problem = error
                if attempt + 1 < TRIES:
                    time.sleep(self._pause * 2**attempt)
        raise RunStoppedError(
            f"{self._gateway.address} broke off a page {TRIES} times: {problem}. "
            "The same command begins anew"
        )


def _next_cursor(link: str) -> str | None:
    """The cursor of a link to the next page; the rest of its address is of no concern."""
    target, _, relation = link.partition(">")
    if not target.startswith("<") or 'rel="next"' not in relation:
        return None
    cursors = parse_qs(urlsplit(target[1:]).query).get("cursor", [])
    if len(cursors) != 1:
        raise RunStoppedError("the link to the next page has no cursor")
    return cursors[0]


class _Table:
    """Takes pages apart and writes the rows that can be learnt from."""

    def __init__(self, model: str, labels: Sequence[str], file: BinaryIO) -> None:
        self._model = model
        self._labels = labels
        self._file = file
        self._newest: datetime | None = None
        self.counts = Downloaded()
        file.write(HEADER + b"\r\n")

    def add_page(self, page: BinaryIO) -> None:
        records = read_records(page, len(COLUMNS))
        header = next(records, None)
        if header is None or header.raw != HEADER:
            shown = "nothing" if header is None else show(header.raw.decode(errors="replace"))
            raise RunStoppedError(f"the table begins with {shown}, not with {HEADER.decode()}")
        for number, record in enumerate(records, start=1):
            if number > PAGE_ROWS:
                raise RunStoppedError(f"a page has more than the {PAGE_ROWS} rows asked for")
            self._add(record)

    def _add(self, record: Record) -> None:
        counts = self.counts
        counts.rows += 1
        if counts.rows > MOST_ROWS:
            raise RunStoppedError(
                f"there are more than {MOST_ROWS:,} rows: name a --version, or delete old rows"
            )
        if record.problem and len(record.raw) < LARGEST_RECORD:
            raise RunStoppedError(f"row {counts.rows:,} of the table is {record.problem}")
        try:
            if record.problem:
                raise UnfitRowError(f"longer than {LARGEST_RECORD} bytes")
            examples = read_row(self._model, self._labels, record.fields)
            self._check_order(created_at(record.fields))
        except HiddenInputError:
            counts.hidden += 1
        except UnfitRowError as error:
            counts.unfit += 1
            if len(counts.reasons) < SHOWN_REASONS:
                counts.reasons.append(f"row {counts.rows:,}: {error}")
        else:
            counts.labels += len(examples)
            self._file.write(record.raw + b"\r\n")

    def _check_order(self, moment: datetime) -> None:
        """Oldest first: pages that begin again and again would never end."""
        if self._newest is not None and moment < self._newest:
            raise RunStoppedError(f"row {self.counts.rows:,} is older than the row before it")
        self._newest = moment


def download(pages: LabelledPages, model: str, labels: Sequence[str], file: BinaryIO) -> Downloaded:
    """Writes a table of the rows that fit the model and have their input; says what was left out.

    Rows are written as they came, byte for byte. RunStoppedError when the gateway cannot go on, or
    answers what is no such table.
    """
    table = _Table(model, labels, file)
    cursor: str | None = None
    seen: set[str] = set()
    with tempfile.TemporaryFile() as page:
        while True:
            cursor = pages.fetch(cursor, page)
            table.add_page(page)
            if cursor is None:
                return table.counts
            if cursor in seen:
                raise RunStoppedError("the links to the next page lead in a circle")
            seen.add(cursor)
