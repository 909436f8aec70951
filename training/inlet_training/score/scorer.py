"""What a source of predictions is to the loop that scores a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .columns import Column, Table

ADDED_COLUMNS = ("prediction", "prediction_time")


@dataclass(frozen=True)
class Rejection:
    """A row that the model does not answer."""

    reason: str


Answer = tuple[str, ...]
"""The prediction, then a value of each further column."""
Outcome = Answer | Rejection


class Scorer(Protocol):
    """A model: which columns it reads, and what it says about rows of them."""

    @property
    def identity(self) -> dict[str, str]:
        """Which model in which version; a run is only continued with the same."""

    @property
    def columns(self) -> Sequence[Column]:
        """The columns that every row must have."""

    @property
    def further_columns(self) -> tuple[str, ...]:
        """What it adds besides prediction and prediction_time."""

    def score(self, table: Table) -> list[Outcome]:
        """One outcome per row of a table with rows; RunStoppedError when it cannot go on."""
