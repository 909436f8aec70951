"""Writes the encoder as an ONNX graph, its matrices in 8 bits or as they are.

8 bits are weights only (symmetric, one scale a column; one a row for the word table): the
activations stay float32, so a row's answer does not depend on the rest of its batch.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ..preprocess.tokenize import MAX_TOKENS
from ..train.encoder import EPSILON, HEAD_UNITS, HEADS, LAYERS, MASKED, UNITS, Parameters
from .onnx_file import make_model


def quantize(values: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """int8 values and float32 scales; every slice along the axis has its own scale."""
    others = tuple(index for index in range(values.ndim) if index != axis)
    scales = np.abs(values).max(axis=others, keepdims=True) / 127
    scales = np.where(scales == 0, 1, scales).astype(np.float32)
    whole = np.clip(np.round(values / scales), -127, 127).astype(np.int8)
    return whole, scales.reshape(-1)


class GraphWriter:
    """Collects nodes and constants; every method returns the name of its result."""

    def __init__(self, eight_bits: bool) -> None:
        self.eight_bits = eight_bits
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants[name] = value
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def matrix(self, name: str, weight: np.ndarray) -> str:
        if not self.eight_bits:
            return self.constant(f"{name}.weight", weight.astype(np.float32))
        whole, scales = quantize(weight, axis=1)
        inputs = [
            self.constant(f"{name}.weight", whole),
            self.constant(f"{name}.scale", scales),
        ]
        return self.node("DequantizeLinear", inputs, f"{name}.float", axis=1)

    def dense(self, name: str, parameters: Parameters, values: str) -> str:
        weight = self.matrix(name, np.asarray(parameters["weight"]))
        bias = self.constant(f"{name}.bias", np.asarray(parameters["bias"], np.float32))
        product = self.node("MatMul", [values, weight], f"{name}.product")
        return self.node("Add", [product, bias], f"{name}.sum")

    def norm(self, name: str, parameters: Parameters, values: str) -> str:
        inputs = [
            values,
            self.constant(f"{name}.weight", np.asarray(parameters["weight"], np.float32)),
            self.constant(f"{name}.bias", np.asarray(parameters["bias"], np.float32)),
        ]
        return self.node("LayerNormalization", inputs, f"{name}.norm", axis=-1, epsilon=EPSILON)

    def rows_of_words(self, table: np.ndarray) -> str:
        if not self.eight_bits:
            words = self.constant("words", table.astype(np.float32))
            return self.node("Gather", [words, "input_ids"], "word_states")
        whole, scales = quantize(table, axis=0)
        rows = self.node("Gather", [self.constant("words", whole), "input_ids"], "word_rows")
        column = self.constant("words.scale", scales[:, None])
        factor = self.node("Gather", [column, "input_ids"], "word_factors")
        cast = self.node("Cast", [rows], "word_floats", to=TensorProto.FLOAT)
        return self.node("Mul", [cast, factor], "word_states")


def write_embedding(writer: GraphWriter, parameters: Parameters) -> str:
    """Word rows plus position rows, normalised: [N,L,384]."""
    words = writer.rows_of_words(np.asarray(parameters["words"]))
    table = np.asarray(parameters["positions"], np.float32)[:MAX_TOKENS]
    positions = writer.constant("positions", table)
    shape = writer.node("Shape", ["input_ids"], "length", start=1, end=2)
    first = writer.constant("first", np.array([0]))
    used = writer.node("Slice", [positions, first, shape], "used_positions")
    return writer.norm(
        "embedding", parameters["norm"], writer.node("Add", [words, used], "embedding.sum")
    )


def write_layer(writer: GraphWriter, name: str, layer: Parameters, states: str, bias: str) -> str:
    """One transformer layer after another: states [N,L,384] to states of the same shape."""
    root = np.float32(np.sqrt(HEAD_UNITS))
    # The three projections in one product; the scores' 1/sqrt(units) is put into the query.
    joined = {
        part: np.concatenate(
            [
                np.asarray(layer["query"][part]) / root,
                np.asarray(layer["key"][part]),
                np.asarray(layer["value"][part]),
            ],
            axis=-1,
        )
        for part in ("weight", "bias")
    }
    projected = writer.dense(f"{name}.projection", joined, states)
    parts = [f"{name}.{part}" for part in ("query", "key", "value")]
    writer.nodes.append(
        helper.make_node("Split", [projected, "thirds"], parts, name=f"{name}.split", axis=-1)
    )
    orders = {"query": [0, 2, 1, 3], "key": [0, 2, 3, 1], "value": [0, 2, 1, 3]}
    query, key, value = (
        writer.node(
            "Transpose",
            [writer.node("Reshape", [part, "heads"], f"{part}.heads")],
            f"{part}.turned",
            perm=order,
        )
        for part, order in zip(parts, orders.values(), strict=True)
    )
    scores = writer.node("MatMul", [query, key], f"{name}.scores")
    masked = writer.node("Add", [scores, bias], f"{name}.masked")
    weights = writer.node("Softmax", [masked], f"{name}.weights", axis=-1)
    mixed = writer.node("MatMul", [weights, value], f"{name}.mixed")
    turned = writer.node("Transpose", [mixed], f"{name}.turned", perm=[0, 2, 1, 3])
    flat = writer.node("Reshape", [turned, "units"], f"{name}.flat")
    attended = writer.dense(f"{name}.attention", layer["attention"], flat)
    total = writer.node("Add", [states, attended], f"{name}.attention_total")
    states = writer.norm(f"{name}.attention_norm", layer["attention_norm"], total)
    wide = writer.dense(f"{name}.widen", layer["widen"], states)
    # GELU in the form that onnxruntime fuses: x * (1 + erf(x / sqrt 2)) / 2.
    error = writer.node(
        "Erf", [writer.node("Div", [wide, "root_of_two"], f"{name}.scaled")], f"{name}.error"
    )
    shifted = writer.node("Add", [error, "one"], f"{name}.shifted")
    product = writer.node("Mul", [wide, shifted], f"{name}.gelu_product")
    activated = writer.node("Mul", [product, "half"], f"{name}.gelu")
    narrow = writer.dense(f"{name}.narrow", layer["narrow"], activated)
    total = writer.node("Add", [states, narrow], f"{name}.output_total")
    return writer.norm(f"{name}.output_norm", layer["output_norm"], total)


def write_pooling(writer: GraphWriter, states: str) -> str:
    """The mean state of the real tokens: [N,384]."""
    column = writer.node("Unsqueeze", ["mask", "last"], "mask_column")
    kept = writer.node("Mul", [states, column], "kept_states")
    total = writer.node("ReduceSum", [kept, "middle"], "state_total", keepdims=0)
    count = writer.node("ReduceSum", [column, "middle"], "token_count", keepdims=0)
    return writer.node("Div", [total, count], "pooled")


def write_unit_length(writer: GraphWriter, parameters: Parameters, pooled: str) -> str:
    """Ends the graph of summarize: embeddings of unit length."""
    return writer.node("LpNormalization", [pooled], "embeddings", axis=-1, p=2)


def write_head(writer: GraphWriter, parameters: Parameters, pooled: str) -> str:
    """Ends the graph of sentiment: class probabilities by a linear layer in float32."""
    head = parameters["head"]
    inputs = [
        pooled,
        writer.constant("head.weight", np.asarray(head["weight"], np.float32)),
        writer.constant("head.bias", np.asarray(head["bias"], np.float32)),
    ]
    return writer.node("Softmax", [writer.node("Gemm", inputs, "logits")], "probabilities", axis=-1)


def make_encoder(
    parameters: Parameters,
    write_end: Callable[[GraphWriter, Parameters, str], str],
    width: int,
    eight_bits: bool = True,
) -> onnx.ModelProto:
    """The whole model: input_ids and attention_mask int64 [N,L] to the end's output [N,width]."""
    writer = GraphWriter(eight_bits)
    for name, value in {
        "thirds": np.array([UNITS] * 3),
        "heads": np.array([0, 0, HEADS, HEAD_UNITS]),
        "units": np.array([0, 0, UNITS]),
        "root_of_two": np.array(np.sqrt(2), np.float32),
        "one": np.array(1, np.float32),
        "half": np.array(0.5, np.float32),
        "masked_score": np.array(MASKED, np.float32),
        "before_heads": np.array([1, 2]),
        "last": np.array([2]),
        "middle": np.array([1]),
    }.items():
        writer.constant(name, value)
    writer.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    hidden = writer.node("Sub", ["one", "mask"], "hidden")
    scores = writer.node("Mul", [hidden, "masked_score"], "hidden_scores")
    bias = writer.node("Unsqueeze", [scores, "before_heads"], "score_bias")
    states = write_embedding(writer, parameters)
    for index in range(LAYERS):
        states = write_layer(writer, f"layer_{index}", parameters["layers"][index], states, bias)
    output = write_end(writer, parameters, write_pooling(writer, states))
    return make_model(
        "encoder",
        writer.nodes,
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["rows", "tokens"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["rows", width])],
        [numpy_helper.from_array(value, name) for name, value in writer.constants.items()],
    )
