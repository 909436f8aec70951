"""Writes a model card: measured front matter, then the prose kept in training/cards."""

import hashlib
from typing import Any

import yaml

from .paths import CARDS, FUNCTIONS, version_folder


def sha256_of_files(model: str, version: str) -> dict[str, str]:
    """The sha256 of every file in a version's folder, by name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(version_folder(model, version).iterdir())
    }


def parity(cases: int, tolerance: float, largest_difference: float) -> dict[str, Any]:
    """The card's statement of how far the exported file is from the Python original."""
    return {
        "cases": cases,
        "tolerance": tolerance,
        "largest_difference": float(f"{largest_difference:.2g}"),
    }


def rounded_figures(quality: Any) -> Any:
    """Measured figures with four digits."""
    if isinstance(quality, dict):
        return {key: rounded_figures(value) for key, value in quality.items()}
    if isinstance(quality, list | tuple):
        return [rounded_figures(value) for value in quality]
    return round(float(quality), 4) if isinstance(quality, float) else quality


def write_card(model: str, front_matter: dict[str, Any]) -> None:
    """Writes functions/<model>/model-card.md; adds the sha256 of the files just written."""
    for version, facts in front_matter["versions"].items():
        facts["quality"] = rounded_figures(facts["quality"])
        facts["files"] = sha256_of_files(model, version)
    head = yaml.safe_dump(
        {"name": model, **front_matter}, sort_keys=False, width=100, allow_unicode=True
    )
    prose = (CARDS / f"{model}.md").read_text(encoding="utf-8")
    path = FUNCTIONS / model / "model-card.md"
    path.write_text(f"---\n{head}---\n\n{prose}", encoding="utf-8")


def read_card(model: str) -> dict[str, Any]:
    """The front matter of a written card."""
    text = (FUNCTIONS / model / "model-card.md").read_text(encoding="utf-8")
    return yaml.safe_load(text.split("---\n")[1])
