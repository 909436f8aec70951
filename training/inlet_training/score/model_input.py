"""What a model's signature wants, as columns of a CSV file and back."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas
from mlflow.models import ModelSignature
from mlflow.types.schema import ColSpec, Schema, TensorSpec

from ..errors import InputError
from .columns import LARGEST_NUMBER, Column, Table
from .served_columns import SERVED_COLUMNS

# Beyond it a 64-bit float does not hold every whole number.
LARGEST_LONG = float(2**53)

_TYPES: dict[str, tuple[type, Callable[[str], Column]]] = {
    "double": (np.float64, Column),
    "float": (np.float32, Column),
    "long": (np.int64, lambda name: Column(name, "whole", -LARGEST_LONG, LARGEST_LONG)),
    "integer": (np.int32, lambda name: Column(name, "whole", -(2**31), 2**31 - 1)),
    "string": (object, lambda name: Column(name, "text")),
}


@dataclass(frozen=True)
class ModelInput:
    """The columns that a model needs, and how a table of them is handed to it."""

    columns: Sequence[Column]
    make: Callable[[Table], Any]


def _from_columns(schema: Schema, model: str) -> ModelInput:
    types: dict[str, type] = {}
    columns = []
    for spec in schema.inputs:
        assert isinstance(spec, ColSpec)
        kind = getattr(spec.type, "name", str(spec.type))
        if spec.name is None or kind not in _TYPES:
            raise InputError(
                f"{model} takes a column {spec.name or 'without a name'} of type {kind}; "
                f"a CSV file can hold columns with names of type {', '.join(_TYPES)}"
            )
        types[spec.name], make_column = _TYPES[kind]
        columns.append(make_column(spec.name))

    def make(table: Table) -> pandas.DataFrame:
        return pandas.DataFrame({name: table[name].astype(types[name]) for name in types})

    return ModelInput(columns, make)


def _from_tensor(schema: Schema, model: str) -> ModelInput:
    spec = schema.inputs[0]
    assert isinstance(spec, TensorSpec)
    sizes = spec.shape[1:]
    if len(schema.inputs) > 1 or min(sizes, default=1) < 1 or spec.type.kind not in "fiu":
        raise InputError(
            f"{model} takes tensors that only its function makes from a row; "
            "score it through the gateway: --gateway http://localhost:8080"
        )
    width = math.prod(sizes)
    columns = SERVED_COLUMNS.get(model, ())
    if len(columns) != width:
        columns = tuple(
            Column(f"{spec.name or 'input'}_{index}", "number", -LARGEST_NUMBER, LARGEST_NUMBER)
            for index in range(width)
        )

    def make(table: Table) -> Any:
        rows = np.stack([table[column.name] for column in columns], axis=1)
        values = rows.astype(spec.type).reshape(-1, *sizes)
        return values if spec.name is None else {spec.name: values}

    return ModelInput(columns, make)


def read_signature(signature: ModelSignature | None, model: str) -> ModelInput:
    """InputError when the model has no signature, or one that rows of a CSV file cannot fill."""
    if signature is None or not signature.inputs:
        raise InputError(f"{model} was logged without a signature, so its columns are not known")
    schema = signature.inputs
    read = _from_tensor if schema.is_tensor_spec() else _from_columns
    return read(schema, model)
