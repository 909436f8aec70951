"""What a comparison has found, and whether it is an alarm."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class ColumnDrift:
    """One column compared: its test, p-value, how far it moved, and whether it drifted.

    size is named by measure: a distance from 0 to 1, or a population stability index.
    adjusted is the p-value after Holm's correction, of watched columns only.
    """

    column: str
    test: str
    p_value: float
    measure: str
    size: float
    drifted: bool
    adjusted: float | None = None

    def __str__(self) -> str:
        adjusted = "" if self.adjusted is None else f", after Holm's correction {self.adjusted:.2g}"
        return (
            f"{self.column}: p = {self.p_value:.2g}{adjusted} ({self.test}), "
            f"{self.measure} {self.size:.3f}"
        )


@dataclass(frozen=True)
class DriftResult:
    """All columns of a comparison; an alarm by their share, or by a watched one."""

    columns: list[ColumnDrift]
    drift_share: float
    alpha: float
    notes: tuple[str, ...] = ()

    @property
    def drifted(self) -> list[ColumnDrift]:
        """The columns that drifted by their own p-value, surest first."""
        return sorted(
            (column for column in self.columns if column.drifted),
            key=lambda column: column.p_value,
        )

    @property
    def share(self) -> float:
        """The share of drifted columns."""
        return len(self.drifted) / len(self.columns)

    @property
    def alarms(self) -> list[str]:
        """The reasons for an alarm; none, no alarm."""
        reasons = []
        if self.share >= self.drift_share:
            reasons.append(
                f"{len(self.drifted)} of {len(self.columns)} columns drifted, "
                f"a share of {self.share:.2f}; the limit is {self.drift_share:g}"
            )
        for column in self.drifted:
            if column.adjusted is not None and column.adjusted <= self.alpha:
                reasons.append(
                    f"watched column {column.column} drifted "
                    f"(p = {column.adjusted:.2g} after Holm's correction)"
                )
        return reasons

    @property
    def verdict(self) -> str:
        """One sentence that says whether there is an alarm, and why."""
        if self.alarms:
            return "Drift: " + "; ".join(self.alarms) + "."
        return (
            f"No alarm: {len(self.drifted)} of {len(self.columns)} columns drifted "
            f"(share {self.share:.2f}, limit {self.drift_share:g})."
        )

    @property
    def exit_code(self) -> int:
        """1 for an alarm, 0 for none."""
        return 1 if self.alarms else 0


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """P-values adjusted for being several, by name (Holm, 1979).

    The k-th smallest of m is multiplied by m - k + 1, and none is below the one before it.
    """
    adjusted: dict[str, float] = {}
    largest = 0.0
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    for rank, (name, p_value) in enumerate(ordered):
        largest = max(largest, min(1.0, p_value * (len(ordered) - rank)))
        adjusted[name] = largest
    return adjusted


def watched(columns: Iterable[ColumnDrift], watch: Iterable[str]) -> list[ColumnDrift]:
    """The columns, those to watch with their p-values adjusted."""
    listed = list(columns)
    names = set(watch)
    adjusted = holm({one.column: one.p_value for one in listed if one.column in names})
    return [replace(one, adjusted=adjusted.get(one.column)) for one in listed]
