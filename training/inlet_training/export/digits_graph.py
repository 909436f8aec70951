"""Writes the perceptrons of digits as one ONNX graph."""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .onnx_file import make_model


def make_digits_graph(networks: list[Any], largest_value: float) -> onnx.ModelProto:
    """The mean of trained MLPClassifiers: image [N,8,8] of 0 to largest_value to [N,10]."""
    constants = {"row_shape": np.array([0, 64]), "scale": np.array(largest_value, np.float32)}
    nodes = [
        helper.make_node("Reshape", ["image", "row_shape"], ["flat"]),
        helper.make_node("Div", ["flat", "scale"], ["pixels"]),
    ]
    for index, network in enumerate(networks):
        for layer in (0, 1):
            constants[f"weight_{index}_{layer}"] = network.coefs_[layer].astype(np.float32)
            constants[f"bias_{index}_{layer}"] = network.intercepts_[layer].astype(np.float32)
        nodes += [
            helper.make_node(
                "Gemm", ["pixels", f"weight_{index}_0", f"bias_{index}_0"], [f"sum_{index}"]
            ),
            helper.make_node("Relu", [f"sum_{index}"], [f"hidden_{index}"]),
            helper.make_node(
                "Gemm",
                [f"hidden_{index}", f"weight_{index}_1", f"bias_{index}_1"],
                [f"logits_{index}"],
            ),
            helper.make_node("Softmax", [f"logits_{index}"], [f"member_{index}"], axis=1),
        ]
    names = [f"member_{index}" for index in range(len(networks))]
    nodes.append(helper.make_node("Mean", names, ["probabilities"]))
    return make_model(
        "digits",
        nodes,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["rows", 8, 8])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", 10])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
