"""Reads params.yaml, the one place of everything that can be tuned."""

from typing import Any

import yaml

from .paths import TRAINING


def read_parameters(section: str) -> dict[str, Any]:
    """The parameters of one section, which stages of dvc.yaml name; KeyError if there is none."""
    parameters = yaml.safe_load((TRAINING / "params.yaml").read_text(encoding="utf-8"))
    return parameters[section]
