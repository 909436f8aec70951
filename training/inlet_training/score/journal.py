"""How far a run has come: one small file beside the output, replaced after every chunk."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Journal:
    """The last complete chunk: where to read on, and how long the files were after it."""

    input_sha256: str
    model: dict[str, str]
    offset: int
    """Byte of the input where the next chunk begins."""
    line: int
    """Physical line there, from 1."""
    written: int = 0
    """Rows."""
    rejected: int = 0
    """Rows."""
    output_bytes: int = 0
    rejected_bytes: int = 0
    complete: bool = False
    """All rows are in the files; they only have to be given their names."""

    @property
    def read(self) -> int:
        """Rows."""
        return self.written + self.rejected


def sha256_of(path: Path) -> str:
    """The SHA-256 of a whole file, in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def synchronize_folder(folder: Path) -> None:
    """Makes names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_journal(path: Path, journal: Journal) -> None:
    """Replaces the journal, all or nothing."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        json.dump({"schema_version": SCHEMA_VERSION, **asdict(journal)}, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    synchronize_folder(path.parent)


def read_journal(path: Path) -> Journal | None:
    """The journal of a run that did not end, None without one; InputError when it is not ours."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        if content.pop("schema_version") != SCHEMA_VERSION:
            raise ValueError
        return Journal(**content)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(f"{path} cannot be read: begin anew with --restart") from None


def check_same_run(journal: Journal, input_sha256: str, model: dict[str, str], path: Path) -> None:
    """InputError when the input or the model is not the one that the run began with."""
    if journal.input_sha256 != input_sha256:
        changed = "the input is not the file it was"
    elif journal.model != model:
        before, now = (
            ", ".join(f"{key} {value}" for key, value in each.items())
            for each in (journal.model, model)
        )
        changed = f"the model was {before}; now it is {now}"
    else:
        return
    raise InputError(
        f"{path} is of a run that did not end, and {changed}. Begin anew with --restart"
    )
