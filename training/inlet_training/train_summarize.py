"""Summarize: the published encoder in 8 bits, measured on documents with key sentences."""

import re

from .card import parity, write_card
from .data import read_documents
from .encoder import UNITS, embed, load_parameters, run_in_batches
from .encoder_graph import make_encoder, write_unit_length
from .evaluate_summarize import measure_summaries
from .export import (
    largest_difference,
    open_session,
    rounded,
    run_rows,
    write_golden,
    write_model,
)
from .hard_texts import HANDWRITTEN
from .paths import FUNCTIONS, version_folder
from .tokenize import encode, load_tokenizer, write_tokenizer

VERSION = "1.0.0"
# Of one number of a unit embedding, 8 bits against float32.
TOLERANCE = 0.03
QUANTIZED_TOLERANCE = 1e-5
GOLDEN_SENTENCES = 40
# A word, and nothing that could end a sentence before its last character.
ONE_SENTENCE = re.compile(r"(?=.*[^\W\d_])[\w\s,;:'-]+[.!?]?")


def golden_sentences() -> list[str]:
    """Texts that the server takes as one sentence each: hard ones, and some of the documents."""
    hard = [text for text in HANDWRITTEN if len(text) < 120 and ONE_SENTENCE.fullmatch(text)][:15]
    documents = read_documents()[: GOLDEN_SENTENCES - len(hard)]
    return hard + [document["key_sentences"][0] for document in documents]


def train_summarize() -> None:
    """Writes the summarize model, its golden set and its card; nothing is learnt here."""
    print("summarize: writing the encoder", flush=True)
    parameters = load_parameters()
    folder = version_folder("summarize", VERSION)
    write_model(make_encoder(parameters, write_unit_length, UNITS), folder / "model.onnx")
    write_tokenizer(folder / "tokenizer.json")

    texts = golden_sentences()
    tokenizer = load_tokenizer()
    rows = encode(tokenizer, texts)
    expected = run_in_batches(embed, parameters, rows)
    session = open_session(folder / "model.onnx")
    served = run_rows(session, rows)
    cases = [
        {
            "request": {"text": text},
            "outputs": {"embeddings": rounded(original[None], 6)},
            "quantized": {"embeddings": rounded(quantized[None], 6)},
        }
        for text, original, quantized in zip(texts, expected, served, strict=True)
    ]
    write_golden(
        FUNCTIONS / "summarize" / "golden" / f"{VERSION}.json",
        TOLERANCE,
        cases,
        quantized_tolerance=QUANTIZED_TOLERANCE,
    )
    cosines = (expected * served).sum(axis=1)
    quality = {
        **measure_summaries(lambda sentences: run_rows(session, encode(tokenizer, sentences))),
        "cosine_to_float32_mean": float(cosines.mean()),
        "cosine_to_float32_smallest": float(cosines.min()),
    }
    print(f"summarize: {quality}", flush=True)
    write_card(
        "summarize",
        {
            "title": "Extractive summary of English prose",
            "task": "summarization",
            "description": "Chooses the sentences that say most of a text and repeat least.",
            "aliases": ["text-summarization"],
            "default_version": VERSION,
            "versions": {
                VERSION: {
                    "description": "MiniLM sentence embeddings (6 layers, weights in 8 bits).",
                    "labels": [],
                    "batchable": True,
                    "max_batch": 16,
                    "files": {},
                    "parity": parity(len(texts), TOLERANCE, largest_difference(expected, served)),
                    "quality": quality,
                }
            },
        },
    )
