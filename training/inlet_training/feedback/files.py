"""A candidate's files, as a version's folder has them."""

import json
from collections.abc import Mapping
from pathlib import Path

import onnx
from onnx import helper

from ..export.onnx_file import save_model
from ..export.optimize import optimize
from ..paths import MODELS
from .recipe import Recipe

FOLDER = MODELS / "feedback"
CANDIDATE = "candidate"


def write_candidate(
    recipe: Recipe,
    graph: onnx.ModelProto,
    others: Mapping[str, str],
    feedback_md5: str,
    folder: Path,
) -> list[Path]:
    """Writes model.onnx and the texts that stand beside it; the model comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    optimized = optimize(graph)
    helper.set_model_props(
        optimized,
        {
            "name": recipe.model,
            "version": CANDIDATE,
            "labels": json.dumps(recipe.labels),
            "feedback_md5": feedback_md5,
        },
    )
    paths = [save_model(optimized, folder / "model.onnx")]
    for name, text in others.items():
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(folder / name)
    return paths
