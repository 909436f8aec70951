"""The exported graph against the network that it was written from."""

import numpy as np
import pytest

from inlet_training.export.encoder_graph import make_encoder, quantize, write_unit_length
from inlet_training.export.onnx_file import open_session, run_rows, save_model
from inlet_training.preprocess.tokenize import encode, load_tokenizer, pad
from inlet_training.train.encoder import embed, load_parameters, run_in_batches

TEXTS = [
    "Not a dull minute in it.",
    "é",
    "The soup was cold, the waiter colder, and still we stayed until they closed the kitchen.",
    "word " * 300,
]


@pytest.fixture(scope="module")
def rows() -> list[list[int]]:
    return encode(load_tokenizer(), TEXTS)


@pytest.fixture(scope="module")
def parameters() -> dict:
    return load_parameters()


@pytest.fixture(scope="module")
def reference(parameters, rows) -> np.ndarray:
    return run_in_batches(embed, parameters, rows, batch=4)


@pytest.mark.parametrize(("eight_bits", "tolerance"), [(False, 1e-5), (True, 0.03)])
def test_the_graph_equals_the_network(tmp_path, parameters, rows, reference, eight_bits, tolerance):
    path = tmp_path / "model.onnx"
    save_model(make_encoder(parameters, write_unit_length, 384, eight_bits), path)
    session = open_session(path)
    single = run_rows(session, rows)
    np.testing.assert_allclose(single, reference, atol=tolerance)
    assert (single * reference).sum(axis=1).min() > 0.99
    ids, mask = pad(rows)
    (together,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
    np.testing.assert_allclose(together, single, atol=1e-5)


def test_the_embedding_is_the_published_one(reference):
    # Unit length and a known neighbourhood: pooling the wrong states would still be unit length.
    np.testing.assert_allclose(np.linalg.norm(reference, axis=1), 1, atol=1e-5)
    tokenizer, parameters = load_tokenizer(), load_parameters()
    texts = ["A man is eating food.", "A man is eating a piece of bread.", "The stock market fell."]
    vectors = run_in_batches(embed, parameters, encode(tokenizer, texts), batch=4)
    assert vectors[0] @ vectors[1] > 0.7
    assert vectors[0] @ vectors[2] < 0.2


def test_quantized_values_are_within_half_a_step():
    values = np.random.default_rng(1).normal(size=(7, 5)).astype(np.float32)
    values[:, 2] = 0
    whole, scales = quantize(values, axis=1)
    assert scales.shape == (5,)
    assert (np.abs(whole * scales - values) <= scales / 2 + 1e-7).all()


def test_texts_are_cut_to_256_tokens(rows):
    assert len(rows[3]) == 256
    assert rows[3][0] == 101
    assert rows[3][-1] == 102
