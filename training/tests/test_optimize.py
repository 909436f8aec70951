"""What is written for the server against what was drawn."""

import numpy as np
import pytest

from inlet_training.export.encoder_graph import make_encoder, write_unit_length
from inlet_training.export.onnx_file import open_session, save_model
from inlet_training.export.optimize import optimize
from inlet_training.train.encoder import load_parameters


@pytest.fixture(scope="module")
def encoder():
    return make_encoder(load_parameters(), write_unit_length, 384)


def test_the_optimised_graph_is_smaller_and_answers_the_same(tmp_path, encoder):
    optimized = optimize(encoder)
    assert len(optimized.graph.node) < len(encoder.graph.node)
    ids = np.array([[101, 2023, 3185, 102], [101, 3185, 102, 0]])
    feed = {"input_ids": ids, "attention_mask": (ids > 0).astype(np.int64)}
    answers = [
        open_session(save_model(model, tmp_path / f"{name}.onnx")).run(None, feed)[0]
        for name, model in {"drawn": encoder, "optimized": optimized}.items()
    ]
    np.testing.assert_allclose(answers[1], answers[0], atol=1e-6)


def test_the_same_graph_gives_the_same_bytes_and_only_operators_that_it_uses(encoder):
    first, second = optimize(encoder), optimize(encoder)
    assert first.SerializeToString(deterministic=True) == second.SerializeToString(
        deterministic=True
    )
    used = {node.domain for node in first.graph.node} | {""}
    assert {opset.domain for opset in first.opset_import} == used
