"""The files under functions/ against their cards and golden sets."""

import json

import numpy as np
import onnx
import pytest

from inlet_training.export.card import quality_of, read_card, sha256_of_files
from inlet_training.export.digest import training_digest
from inlet_training.export.golden import read_golden
from inlet_training.export.onnx_file import open_session, run_rows
from inlet_training.paths import METRICS, version_folder
from inlet_training.preprocess.tokenize import encode, load_tokenizer, ngram_rows, pad

VERSIONS = [
    ("iris", "1.0.0"),
    ("digits", "1.0.0"),
    ("summarize", "1.0.0"),
    ("sentiment", "1.0.0"),
    ("sentiment", "2.0.0"),
]
LARGEST_MEGABYTES = {("sentiment", "1.0.0"): 1, ("sentiment", "2.0.0"): 30, ("digits", "1.0.0"): 2}


def inputs_of(model: str, version: str, requests: list[dict]) -> list[dict[str, np.ndarray]]:
    """The tensors of each request, as its handler makes them."""
    if model == "iris":
        return [{"features": np.array(item["features"], np.float32)} for item in requests]
    if model == "digits":
        return [{"image": np.array([item["image"]], np.float32)} for item in requests]
    texts = [item["text"] for item in requests]
    if version == "1.0.0" and model == "sentiment":
        vocabulary = json.loads((version_folder(model, version) / "vocabulary.json").read_text())
        return [{"ngram_ids": pad([row or [0]])[0]} for row in ngram_rows(vocabulary, texts)]
    rows = encode(load_tokenizer(), texts)
    return [dict(zip(("input_ids", "attention_mask"), pad([row]), strict=True)) for row in rows]


def together(inputs: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """All rows in one batch; shorter ones filled with zeros."""
    stacked = {}
    for name in inputs[0]:
        values = [item[name] for item in inputs]
        if values[0].dtype == np.int64:
            rows = [value[0].tolist() for value in values]
            length = max(map(len, rows))
            stacked[name] = np.array([row + [0] * (length - len(row)) for row in rows])
        else:
            stacked[name] = np.concatenate(values)
    return stacked


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda pair: "-".join(pair))
def shipped(request):
    model, version = request.param
    golden = read_golden(model, version)
    session = open_session(version_folder(model, version) / "model.onnx")
    return model, version, golden, session


def test_files_are_those_of_the_card(shipped):
    model, version, _, _ = shipped
    assert read_card(model)["versions"][version]["files"] == sha256_of_files(model, version)


def test_the_file_names_its_version_and_what_it_was_made_from(shipped):
    model, version, _, _ = shipped
    file = onnx.load(version_folder(model, version) / "model.onnx")
    facts = json.loads((METRICS / f"{model}-{version}.json").read_text("utf-8"))
    assert {prop.key: prop.value for prop in file.metadata_props} == {
        "name": model,
        "version": version,
        "labels": json.dumps(read_card(model)["versions"][version]["labels"]),
        "training_digest": facts["training_digest"],
    }
    assert facts["training_digest"] == training_digest(
        facts["stage"]
    ), f"{model} {version} was made from other code, data or parameters: run training/run repro"


def test_figures_on_the_card_are_those_that_were_measured(shipped):
    model, version, _, _ = shipped
    facts = json.loads((METRICS / f"{model}-{version}.json").read_text("utf-8"))
    card = read_card(model)["versions"][version]
    assert card["quality"] == quality_of(facts)
    assert len(card["quality"]["candidates"]) >= 3


def test_answers_are_the_golden_ones(shipped):
    model, version, golden, session = shipped
    cases = golden["cases"]
    facts = read_card(model)["versions"][version]["parity"]
    assert facts["tolerance"] == golden["tolerance"]
    assert facts["largest_difference"] <= facts["tolerance"]
    inputs = inputs_of(model, version, [case["request"] for case in cases])
    for item, case in zip(inputs, cases, strict=True):
        for output in session.get_outputs():
            (served,) = session.run([output.name], item)
            np.testing.assert_allclose(
                served, case["outputs"][output.name], atol=golden["tolerance"], rtol=0
            )
            if "quantized" in case:
                np.testing.assert_allclose(
                    served,
                    case["quantized"][output.name],
                    atol=golden["quantized_tolerance"],
                    rtol=0,
                )


def test_a_batch_answers_as_single_rows_do(shipped):
    model, version, golden, session = shipped
    facts = read_card(model)["versions"][version]
    assert facts["batchable"]
    requests = [case["request"] for case in golden["cases"]][: facts["max_batch"]]
    inputs = inputs_of(model, version, requests)
    single = np.concatenate([session.run(None, item)[0] for item in inputs])
    (batch,) = session.run(None, together(inputs))
    np.testing.assert_allclose(batch, single, atol=1e-5, rtol=0)


def test_probabilities_are_probabilities(shipped):
    model, version, golden, session = shipped
    if model == "summarize":
        pytest.skip("its outputs are embeddings")
    item, *_ = inputs_of(model, version, [golden["cases"][0]["request"]])
    (probabilities,) = session.run(["probabilities"], item)
    assert probabilities.shape[1] == len(read_card(model)["versions"][version]["labels"])
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_sizes_stay_within_bounds():
    for (model, version), megabytes in LARGEST_MEGABYTES.items():
        folder = version_folder(model, version)
        size = sum(path.stat().st_size for path in folder.iterdir())
        assert size < megabytes * 1_000_000, (model, version)


def test_embeddings_are_of_unit_length():
    session = open_session(version_folder("summarize", "1.0.0") / "model.onnx")
    rows = encode(load_tokenizer(), ["A ferry sails at noon.", "?"])
    np.testing.assert_allclose(np.linalg.norm(run_rows(session, rows), axis=1), 1, atol=1e-5)
