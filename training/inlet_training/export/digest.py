"""The digest of everything that a stage's files follow from."""

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

from ..parameters import read_parameters
from ..paths import TRAINING


def read_stage(stage: str) -> dict[str, Any]:
    """A stage of dvc.yaml; KeyError when there is none of that name."""
    pipeline = yaml.safe_load((TRAINING / "dvc.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = pipeline["stages"][stage]
    return found


def sha256(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def training_digest(stage: str) -> str:
    """The sha256 over the command, code, data, lock file and parameters that dvc.yaml names.

    No commit and no time is in it: the same inputs give the same digest, and so the same files.
    """
    facts = read_stage(stage)
    inputs = {
        "command": facts["cmd"],
        "files": {path: sha256(TRAINING / path) for path in facts["deps"]},
        "parameters": {section: read_parameters(section) for section in facts.get("params", [])},
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
