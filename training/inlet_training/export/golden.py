"""Golden sets: requests with the answers of the Python original, for the server's tests."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from ..paths import FUNCTIONS


def rounded(values: np.ndarray, digits: int = 7) -> list[Any]:
    """Nested lists of an array's numbers for JSON, rounded."""
    return np.round(values.astype(np.float64), digits).tolist()


def text_cases(
    output: str, texts: list[str], expected: np.ndarray, quantized: np.ndarray | None = None
) -> list[dict[str, Any]]:
    """A case for each text, with the original's answers [N,...] and those of the 8-bit file."""
    cases: list[dict[str, Any]] = [
        {"request": {"text": text}, "outputs": {output: rounded(answer[None])}}
        for text, answer in zip(texts, expected, strict=True)
    ]
    if quantized is not None:
        for case, answer in zip(cases, quantized, strict=True):
            case["quantized"] = {output: rounded(answer[None])}
    return cases


def golden_path(model: str, version: str) -> Path:
    """Where the golden set of one version stands."""
    return FUNCTIONS / model / "golden" / f"{version}.json"


def write_golden(
    model: str, version: str, tolerance: float, cases: list[dict[str, Any]], **extra: float
) -> None:
    """Writes a golden set: one case a line, so that a difference can be read."""
    path = golden_path(model, version)
    path.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps({"tolerance": tolerance, **extra})[1:-1]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    path.write_text(f'{{{head}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def read_golden(model: str, version: str) -> dict[str, Any]:
    """Reads a golden set back."""
    golden: dict[str, Any] = json.loads(golden_path(model, version).read_text(encoding="utf-8"))
    return golden
