"""Writes ONNX files and golden sets, and runs the written file as the server will."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import helper

# The lowest that hold every operator used here, so that old runtimes load the files too.
OPSET = 17
IR_VERSION = 8


def make_model(
    name: str,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    initializers: list[onnx.TensorProto],
) -> onnx.ModelProto:
    """Puts a graph of standard operators into a model."""
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    return helper.make_model(
        graph,
        producer_name="inlet",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )


def write_model(model: onnx.ModelProto, path: Path) -> None:
    """Checks the model in full and writes it; the same model gives the same bytes."""
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """Opens a written model on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run_rows(session: onnxruntime.InferenceSession, rows: list[list[int]]) -> np.ndarray:
    """The encoder's first output for id lists, one row at a time and without padding."""
    answers = []
    for row in rows:
        ids = np.array([row], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        answers.append(session.run(None, feed)[0])
    return np.concatenate(answers)


def largest_difference(first: np.ndarray, second: np.ndarray) -> float:
    """The largest absolute difference of two arrays of one shape."""
    if first.shape != second.shape:
        raise ValueError(f"shapes differ: {first.shape} and {second.shape}")
    return float(np.abs(first.astype(np.float64) - second.astype(np.float64)).max())


def rounded(values: np.ndarray, digits: int = 7) -> list[Any]:
    """Nested lists of an array's numbers for JSON, rounded."""
    return np.round(values.astype(np.float64), digits).tolist()


def write_golden(path: Path, tolerance: float, cases: list[dict[str, Any]], **extra: float) -> None:
    """Writes a golden set: one case a line, so that a difference can be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps({"tolerance": tolerance, **extra})[1:-1]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    path.write_text(f'{{{head}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def read_golden(path: Path) -> dict[str, Any]:
    """Reads a golden set back."""
    return json.loads(path.read_text(encoding="utf-8"))
