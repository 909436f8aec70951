"""What an ONNX model takes and gives, in MLflow's terms."""

import json
from pathlib import Path

import numpy as np
import onnx
import pandas
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema, TensorSpec
from onnx.helper import tensor_dtype_to_np_dtype

from ..data.tables import IRIS_FEATURES

# Models whose one input [N,columns] is a table; the others take tensors.
COLUMNS = {"iris": IRIS_FEATURES}

Example = pandas.DataFrame | dict[str, np.ndarray]


def tensors(values: list[onnx.ValueInfoProto]) -> Schema:
    """The tensors of a graph's inputs or outputs; a free dimension is -1."""
    return Schema(
        [
            TensorSpec(
                np.dtype(tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)),
                tuple(
                    side.dim_value if side.HasField("dim_value") else -1
                    for side in value.type.tensor_type.shape.dim
                ),
                value.name,
            )
            for value in values
        ]
    )


def make_signature(model: str, graph: onnx.GraphProto) -> ModelSignature:
    """The signature of a served model: named columns of doubles for a table, else its tensors."""
    outputs = tensors(list(graph.output))
    if model in COLUMNS:
        columns = Schema([ColSpec("double", name) for name in COLUMNS[model]])
        return ModelSignature(columns, outputs)
    return ModelSignature(tensors(list(graph.input)), outputs)


def make_example(model: str, signature: ModelSignature, golden: Path) -> Example | None:
    """The first golden request as input, None where the model takes no request as it comes.

    Texts go through a tokenizer before they are ids.
    """
    if not golden.is_file():
        return None
    request = json.loads(golden.read_text(encoding="utf-8"))["cases"][0]["request"]
    if model in COLUMNS:
        (rows,) = request.values()
        return pandas.DataFrame(rows, columns=list(COLUMNS[model]), dtype=float)
    specs = {spec.name: spec for spec in signature.inputs.inputs}
    if set(request) != set(specs):
        return None
    return {
        name: np.array(values, specs[name].type).reshape(specs[name].shape)
        for name, values in request.items()
    }
