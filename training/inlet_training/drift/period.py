"""Periods of time in which predictions were made."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ..errors import InputError


@dataclass(frozen=True)
class Period:
    """From start up to and without end."""

    start: datetime
    end: datetime

    def __str__(self) -> str:
        return f"{self.start.isoformat()} to {self.end.isoformat()}"

    def overlaps(self, other: "Period") -> bool:
        """Whether a moment lies in both."""
        return self.start < other.end and other.start < self.end


def read_time(option: str, text: str) -> datetime:
    """An ISO 8601 time, UTC when it names no zone; InputError on anything else."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{option} {text}: not an ISO 8601 time; write it like 2026-03-01T00:00:00Z."
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def read_period(options: tuple[str, str], start: str, end: str | None) -> Period:
    """The period of two options; without an end it lasts until now."""
    period = Period(
        read_time(options[0], start),
        datetime.now(UTC) if end is None else read_time(options[1], end),
    )
    if period.start >= period.end:
        raise InputError(f"{options[0]} must be before {options[1]}; the period is {period}.")
    return period
