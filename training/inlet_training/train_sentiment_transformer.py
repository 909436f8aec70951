"""Sentiment 2.0.0: the MiniLM encoder fine-tuned with a linear head, in 8 bits."""

from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedGroupKFold

from .card import parity
from .data import read_evaluation_sentences, read_training_sentences
from .encoder import Parameters, classify, load_parameters, run_in_batches
from .encoder_graph import make_encoder, write_head
from .evaluate import measure
from .export import largest_difference, open_session, rounded, run_rows, write_golden, write_model
from .fine_tune import Schedule, fine_tune
from .hard_texts import golden_texts
from .paths import FUNCTIONS, version_folder
from .tokenize import encode, load_tokenizer, write_tokenizer

VERSION = "2.0.0"
# Of a probability: the 8-bit graph against the float32 network, and against itself elsewhere.
TOLERANCE = 0.1
QUANTIZED_TOLERANCE = 1e-5
VALIDATION_FOLDS = 8
VALIDATION_SEED = 3
SCHEDULE = Schedule()


def calibrate(parameters: Parameters, rows: list[list[int]], labels: np.ndarray) -> float:
    """The temperature that makes held-out probabilities most likely (Guo et al., 2017)."""
    probabilities = run_in_batches(classify, parameters, rows).astype(np.float64)
    logits = np.log(probabilities[:, 1]) - np.log(probabilities[:, 0])
    signs = np.where(labels == 1, 1, -1)
    return float(
        minimize_scalar(
            lambda temperature: np.logaddexp(0, -signs * logits / temperature).mean(),
            bounds=(0.2, 10),
            method="bounded",
        ).x
    )


def with_temperature(parameters: Parameters, temperature: float) -> Parameters:
    """The same network with its logits divided by the temperature."""
    head = {
        name: np.asarray(value / np.float32(temperature), np.float32)
        for name, value in parameters["head"].items()
    }
    return {**parameters, "head": head}


def write_transformer(parameters: Parameters) -> dict[str, Any]:
    """Writes and measures 2.0.0 and its golden set; returns the card's facts."""
    folder = version_folder("sentiment", VERSION)
    write_model(make_encoder(parameters, write_head, 2), folder / "model.onnx")
    write_tokenizer(folder / "tokenizer.json")
    session = open_session(folder / "model.onnx")
    tokenizer = load_tokenizer()

    texts = golden_texts()
    rows = encode(tokenizer, texts)
    expected = run_in_batches(classify, parameters, rows)
    served = run_rows(session, rows)
    cases = [
        {
            "request": {"text": text},
            "outputs": {"probabilities": rounded(original[None])},
            "quantized": {"probabilities": rounded(quantized[None])},
        }
        for text, original, quantized in zip(texts, expected, served, strict=True)
    ]
    write_golden(
        FUNCTIONS / "sentiment" / "golden" / f"{VERSION}.json",
        TOLERANCE,
        cases,
        quantized_tolerance=QUANTIZED_TOLERANCE,
    )

    evaluation = read_evaluation_sentences()
    rows = encode(tokenizer, evaluation.texts)
    served_evaluation = run_rows(session, rows)
    original_evaluation = run_in_batches(classify, parameters, rows)
    quality = {
        "evaluation": "training/data/sentiment/evaluation.tsv",
        **measure(served_evaluation, evaluation.labels, evaluation.tones),
        "accuracy_float32": float((original_evaluation.argmax(axis=1) == evaluation.labels).mean()),
        "mean_difference_to_float32": float(np.abs(served_evaluation - original_evaluation).mean()),
    }
    print(f"sentiment 2.0.0: {quality}", flush=True)
    return {
        "description": "MiniLM (6 layers) fine-tuned on Inlet's sentences, weights in 8 bits.",
        "labels": ["negative", "positive"],
        "batchable": True,
        "max_batch": 32,
        "files": {},
        "parity": parity(len(texts), TOLERANCE, largest_difference(expected, served)),
        "quality": quality,
    }


def train_sentiment_transformer() -> dict[str, Any]:
    """Tunes on the training sentences but a validation split, calibrates on that, and writes."""
    sentences = read_training_sentences()
    rows = encode(load_tokenizer(), sentences.texts)
    split = StratifiedGroupKFold(VALIDATION_FOLDS, shuffle=True, random_state=VALIDATION_SEED)
    # No subject on both sides: twins of opposite labels share theirs.
    learn, hold_out = next(split.split(rows, sentences.labels, sentences.subjects))
    learn_rows = [rows[index] for index in learn]
    hold_out_rows = [rows[index] for index in hold_out]
    parameters = fine_tune(load_parameters(), learn_rows, sentences.labels[learn], SCHEDULE)
    temperature = calibrate(parameters, hold_out_rows, sentences.labels[hold_out])
    parameters = with_temperature(parameters, temperature)
    predicted = run_in_batches(classify, parameters, hold_out_rows).argmax(axis=1)
    facts = write_transformer(parameters)
    facts["quality"]["validation_accuracy"] = float(
        (predicted == sentences.labels[hold_out]).mean()
    )
    facts["quality"]["temperature"] = temperature
    return facts
