"""The files of a run: written under other names until all rows are there."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import InputError
from .journal import Journal, synchronize_folder, write_journal

REJECTED_HEADER = b"line,reason,row\n"


@dataclass(frozen=True)
class Paths:
    """Where a run writes to, all beside the output."""

    output: Path

    def _beside(self, ending: str) -> Path:
        return self.output.with_name(self.output.name + ending)

    @property
    def rejected(self) -> Path:
        """Rows without a prediction, made only when there are any."""
        return self._beside(".rejected.csv")

    @property
    def output_part(self) -> Path:
        """The output while it grows."""
        return self._beside(".partial")

    @property
    def rejected_part(self) -> Path:
        """The rejected rows while they grow."""
        return self._beside(".rejected.csv.partial")

    @property
    def journal(self) -> Path:
        """How far the run has come."""
        return self._beside(".journal")

    @property
    def lock(self) -> Path:
        """Held by the process that writes."""
        return self._beside(".lock")

    def check_output(self, may_overwrite: bool) -> None:
        """InputError when the output cannot be written, or would overwrite what is there."""
        if not self.output.parent.is_dir():
            raise InputError(f"the folder {self.output.parent} is not there: make it first")
        for path in (self.output, self.rejected):
            if path.is_dir():
                raise InputError(f"{path} is a folder: name a file")
            if path.exists() and not may_overwrite:
                raise InputError(
                    f"{path} is already there: choose another output, or add --overwrite"
                )


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


class GrowingFiles:
    """Output and rejected rows of a run, as long as its journal says."""

    def __init__(self, paths: Paths, journal: Journal) -> None:
        """Opens the files and cuts off what came after the last complete chunk."""
        self._paths = paths
        self.journal = journal
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        self._output = os.open(paths.output_part, flags, 0o666)
        self._rejected = os.open(paths.rejected_part, flags, 0o666)
        for descriptor, size, path in (
            (self._output, journal.output_bytes, paths.output_part),
            (self._rejected, journal.rejected_bytes, paths.rejected_part),
        ):
            if os.fstat(descriptor).st_size < size:
                raise InputError(f"{path} is shorter than its journal says: begin with --restart")
            os.ftruncate(descriptor, size)

    def append(self, output: bytes, rejected: bytes, journal: Journal) -> None:
        """Adds a chunk for good: after this a restart goes on behind it."""
        for descriptor, content in ((self._output, output), (self._rejected, rejected)):
            _write_all(descriptor, content)
            os.fsync(descriptor)
        self.journal = replace(
            journal,
            output_bytes=journal.output_bytes + len(output),
            rejected_bytes=journal.rejected_bytes + len(rejected),
        )
        write_journal(self._paths.journal, self.journal)

    def close(self) -> None:
        """Closes the files and keeps them."""
        os.close(self._output)
        os.close(self._rejected)


def finish(paths: Paths, journal: Journal) -> None:
    """Gives the files of a complete run their names; may be repeated after a crash in between."""
    if paths.output_part.exists():
        paths.output_part.replace(paths.output)
    if journal.rejected == 0:
        paths.rejected.unlink(missing_ok=True)
        paths.rejected_part.unlink(missing_ok=True)
    elif paths.rejected_part.exists():
        paths.rejected_part.replace(paths.rejected)
    synchronize_folder(paths.output.parent)
    paths.journal.unlink()
    synchronize_folder(paths.output.parent)
