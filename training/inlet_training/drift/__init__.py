"""Whether what is seen still looks like what was learnt."""

from .detect import detect_drift
from .result import ColumnDrift, DriftResult

__all__ = ["ColumnDrift", "DriftResult", "detect_drift"]
