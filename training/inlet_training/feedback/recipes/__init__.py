"""How each model that can be retrained is trained, exported and asked; one file a model."""

import importlib

from ...errors import InputError
from ..recipe import Recipe

RETRAINED = ("iris", "sentiment")


def find_recipe(model: str) -> Recipe:
    """The recipe of a model; InputError names those that have one."""
    if model not in RETRAINED:
        raise InputError(
            f"{model} is not retrained from feedback, only: {', '.join(RETRAINED)}. Its stage of"
            " dvc.yaml makes it from its own data"
        )
    recipe: Recipe = importlib.import_module(f"{__name__}.{model}").RECIPE
    return recipe
