"""Writes ONNX files, and runs the written file as the server will."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper

from ..paths import version_folder
from .digest import training_digest
from .optimize import optimize

# The lowest that hold every operator used here, so that old runtimes load the files too.
OPSET = 17
IR_VERSION = 8


@dataclass(frozen=True)
class Version:
    """One version of a served model, and the stage of dvc.yaml that makes it."""

    model: str
    version: str
    stage: str
    labels: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """functions/<model>/versions/<version>"""
        return version_folder(self.model, self.version)

    @property
    def name(self) -> str:
        """<model>-<version>, which names its metrics and plots."""
        return f"{self.model}-{self.version}"


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


def write_model(model: onnx.ModelProto, version: Version) -> Path:
    """Writes a version's model.onnx, optimised and with what it is inside; always the same bytes.

    Metadata: name, version, labels (a JSON array), training_digest.
    """
    optimized = optimize(model)
    helper.set_model_props(
        optimized,
        {
            "name": version.model,
            "version": version.version,
            "labels": json.dumps(version.labels),
            "training_digest": training_digest(version.stage),
        },
    )
    return save_model(optimized, version.folder / "model.onnx")


def save_model(model: onnx.ModelProto, path: Path) -> Path:
    """Checks a model in full and saves it; ValidationError when it is not one."""
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return path


def megabytes(model: onnx.ModelProto) -> float:
    """The size of a model's file in megabytes of 10^6 bytes."""
    return float(model.ByteSize() / 1e6)


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
