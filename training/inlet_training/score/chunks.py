"""Groups records, and makes the lines of the output out of each group."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .columns import read_table
from .records import Record
from .scorer import Outcome, Rejection, Scorer

# Long rows make shorter chunks, so that memory stays bounded.
LARGEST_CHUNK_BYTES = 32 * 1024 * 1024


def read_chunks(
    records: Iterable[Record], rows: int, largest_bytes: int = LARGEST_CHUNK_BYTES
) -> Iterator[list[Record]]:
    """Up to so many records at a time, fewer when they hold many bytes."""
    chunk: list[Record] = []
    size = 0
    for record in records:
        chunk.append(record)
        size += len(record.raw)
        if len(chunk) == rows or size >= largest_bytes:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def quote_field(text: str) -> bytes:
    """A field of CSV, in quotes when it needs them."""
    if any(mark in text for mark in '",\r\n'):
        text = '"' + text.replace('"', '""') + '"'
    return text.encode()


@dataclass(frozen=True)
class Lines:
    """What a chunk adds to the files."""

    output: bytes
    rejected: bytes
    written_rows: int
    rejected_rows: int


def rejected_line(record: Record, reason: str) -> bytes:
    """line,reason,row: the row's bytes in quotes, its own quotes doubled, otherwise unchanged."""
    row = record.raw.replace(b'"', b'""')
    return b'%d,%s,"%s"\n' % (record.line, quote_field(reason), row)


def score_chunk(
    chunk: Sequence[Record], positions: Sequence[int], scorer: Scorer, ending: bytes
) -> Lines:
    """Predicts the rows of a chunk at once; ending is for a last row that has none of its own.

    Copied fields stay as they are, byte for byte: also what a spreadsheet runs as a formula.
    """
    readable = [record for record in chunk if not record.problem]
    reasons = {record.line: record.problem for record in chunk if record.problem}
    table, problems = read_table([record.fields for record in readable], scorer.columns, positions)
    reasons.update({readable[index].line: reason for index, reason in problems.items()})
    good = [record for index, record in enumerate(readable) if index not in problems]
    outcomes: list[Outcome] = scorer.score(table) if good else []
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()

    output = []
    for record, outcome in zip(good, outcomes, strict=True):
        if isinstance(outcome, Rejection):
            reasons[record.line] = outcome.reason
            continue
        prediction, *further = (quote_field(value) for value in outcome)
        fields = (record.raw, prediction, moment, *further)
        output.append(b",".join(fields) + (record.ending or ending))
    rejected = [
        rejected_line(record, reasons[record.line]) for record in chunk if record.line in reasons
    ]
    return Lines(b"".join(output), b"".join(rejected), len(output), len(rejected))
