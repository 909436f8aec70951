"""What a stage has found out about the version that it made: metrics/<model>-<version>.json."""

import json
from typing import Any

from ..paths import METRICS
from .digest import training_digest
from .onnx_file import Version


def rounded_figures(figures: Any) -> Any:
    """Measured figures with four digits, in any nesting."""
    if isinstance(figures, dict):
        return {key: rounded_figures(value) for key, value in figures.items()}
    if isinstance(figures, list | tuple):
        return [rounded_figures(value) for value in figures]
    return round(float(figures), 4) if isinstance(figures, float) else figures


def write_facts(
    version: Version,
    parameters: dict[str, Any],
    candidates: list[dict[str, Any]],
    card: dict[str, Any],
) -> None:
    """Writes the facts that the card and the tracking server are made of.

    card holds description, batchable, max_batch, parity and quality.
    """
    facts = {
        "model": version.model,
        "version": version.version,
        "stage": version.stage,
        "training_digest": training_digest(version.stage),
        "parameters": parameters,
        "candidates": rounded_figures(candidates),
        "card": {**card, "labels": version.labels, "quality": rounded_figures(card["quality"])},
    }
    METRICS.mkdir(exist_ok=True)
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    (METRICS / f"{version.name}.json").write_text(f"{text}\n", encoding="utf-8")


def read_facts(model: str) -> list[dict[str, Any]]:
    """The facts of every version of a model, by version."""
    paths = METRICS.glob(f"{model}-*.json")
    facts = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return sorted(facts, key=lambda fact: [int(part) for part in fact["version"].split(".")])
