"""Scores a file chunk by chunk, so that it can end at any moment and be continued."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import InputError
from .chunks import read_chunks, score_chunk
from .files import REJECTED_HEADER, GrowingFiles, Paths, finish
from .header import Header, find_columns
from .journal import Journal, check_same_run, read_journal, sha256_of
from .records import read_records
from .scorer import ADDED_COLUMNS, Scorer

PROGRESS_SECONDS = 1.0


@dataclass(frozen=True)
class Choices:
    """How the person who scores wants it."""

    chunk_rows: int
    may_overwrite: bool = False
    begin_anew: bool = False


@contextlib.contextmanager
def hold(paths: Paths) -> Iterator[None]:
    """InputError when another process writes the same output; its death frees the lock."""
    lock = FileLock(paths.lock)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise InputError(f"another run is writing {paths.output}: wait for its end") from None
    try:
        yield
    finally:
        paths.lock.unlink(missing_ok=True)
        lock.release()


def check_paths(source: Path, paths: Paths, choices: Choices) -> None:
    """InputError when the output cannot become what it is to be; nothing is written."""
    if paths.output.resolve() == source.resolve():
        raise InputError("input and output are the same file: choose another output")
    journal = None if choices.begin_anew else read_journal(paths.journal)
    # A complete run that ended before its files had all their names has made them itself.
    if journal is None or not journal.complete:
        paths.check_output(choices.may_overwrite)


def _begin_or_continue(
    source: Path, header: Header, paths: Paths, scorer: Scorer, choices: Choices
) -> GrowingFiles | Journal:
    """The files of the run, at their last complete chunk; only the journal when all chunks are."""
    digest = sha256_of(source)
    if choices.begin_anew:
        paths.journal.unlink(missing_ok=True)
    journal = read_journal(paths.journal)
    if journal is None:
        journal = Journal(digest, scorer.identity, header.end, header.next_line)
        files = GrowingFiles(paths, journal)
        added = ",".join((*ADDED_COLUMNS, *scorer.further_columns)).encode()
        files.append(header.raw + b"," + added + header.ending, REJECTED_HEADER, journal)
        return files
    check_same_run(journal, digest, scorer.identity, paths.journal)
    print(f"goes on behind {journal.read:,} rows, at line {journal.line:,}", flush=True)
    return journal if journal.complete else GrowingFiles(paths, journal)


def _add_chunks(
    source: Path,
    header: Header,
    positions: list[int],
    scorer: Scorer,
    rows: int,
    files: GrowingFiles,
) -> None:
    """Scores what is left of the input and marks the run complete."""
    began = told = time.monotonic()
    rows_before = files.journal.read
    with source.open("rb", buffering=1 << 20) as file:
        records = read_records(file, len(header.names), files.journal.offset, files.journal.line)
        for chunk in read_chunks(records, rows):
            lines = score_chunk(chunk, positions, scorer, header.ending)
            journal = replace(
                files.journal,
                offset=chunk[-1].end,
                line=chunk[-1].next_line,
                written=files.journal.written + lines.written_rows,
                rejected=files.journal.rejected + lines.rejected_rows,
            )
            files.append(lines.output, lines.rejected, journal)
            now = time.monotonic()
            if now - told >= PROGRESS_SECONDS:
                told = now
                rate = (journal.read - rows_before) / (now - began)
                print(
                    f"{journal.read:,} rows, {rate:,.0f} rows/s, {journal.rejected:,} rejected",
                    flush=True,
                )


def score_file(
    source: Path, header: Header, output: Path, scorer: Scorer, choices: Choices
) -> Journal:
    """Writes the input's columns and the predictions to output, the other rows beside it.

    Continues a run that was ended. Returns the counts of rows. InputError with what to do.
    """
    paths = Paths(output)
    added = (*ADDED_COLUMNS, *scorer.further_columns)
    positions = find_columns(header, scorer.columns, added, source)
    # Before the lock, which is a file already, and again when nobody else can write.
    check_paths(source, paths, choices)
    with hold(paths):
        check_paths(source, paths, choices)
        before = source.stat()
        state = _begin_or_continue(source, header, paths, scorer, choices)
        if isinstance(state, GrowingFiles):
            try:
                _add_chunks(source, header, positions, scorer, choices.chunk_rows, state)
                after = source.stat()
                if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                    raise InputError(
                        f"{source} changed while it was read: score it anew with --restart"
                    )
                state.append(b"", b"", replace(state.journal, complete=True))
            finally:
                state.close()
            state = state.journal
        finish(paths, state)
    return state
