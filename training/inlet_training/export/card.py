"""Writes model cards: measured front matter, then the prose kept in training/cards."""

from typing import Any

import yaml

from ..paths import CARDS, FUNCTIONS, version_folder
from .digest import sha256
from .facts import read_facts


def sha256_of_files(model: str, version: str) -> dict[str, str]:
    """The sha256 of every file in a version's folder, by name."""
    return {path.name: sha256(path) for path in sorted(version_folder(model, version).iterdir())}


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the prose of a Markdown file."""
    _, head, prose = text.split("---\n", 2)
    return yaml.safe_load(head), prose


def quality_of(facts: dict[str, Any]) -> dict[str, Any]:
    """What was measured, and the cross-validated figure of each candidate by name."""
    candidates = {candidate["name"]: candidate["accuracy"] for candidate in facts["candidates"]}
    return {**facts["card"]["quality"], "candidates": candidates}


def version_card(facts: dict[str, Any]) -> dict[str, Any]:
    """A version's part of the front matter, its files as they stand on disk."""
    card = facts["card"]
    return {
        "description": card["description"],
        "labels": card["labels"],
        "batchable": card["batchable"],
        "max_batch": card["max_batch"],
        "training_digest": facts["training_digest"],
        "files": sha256_of_files(facts["model"], facts["version"]),
        "parity": card["parity"],
        "quality": quality_of(facts),
    }


def write_card(model: str) -> None:
    """Writes functions/<model>/model-card.md from the facts of its versions and the prose."""
    head, prose = split_front_matter((CARDS / f"{model}.md").read_text(encoding="utf-8"))
    versions = {facts["version"]: version_card(facts) for facts in read_facts(model)}
    front_matter = yaml.safe_dump(
        {"name": model, **head, "versions": versions},
        sort_keys=False,
        width=100,
        allow_unicode=True,
    )
    path = FUNCTIONS / model / "model-card.md"
    path.write_text(f"---\n{front_matter}---\n{prose}", encoding="utf-8")


def write_cards() -> None:
    """Writes the card of every model that has prose."""
    for path in sorted(CARDS.glob("*.md")):
        write_card(path.stem)


def read_card(model: str) -> dict[str, Any]:
    """The front matter of a written card."""
    text = (FUNCTIONS / model / "model-card.md").read_text(encoding="utf-8")
    return split_front_matter(text)[0]
