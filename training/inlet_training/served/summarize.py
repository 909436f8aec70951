"""Summarize 1.0.0: the published encoder in 8 bits; nothing is learnt, the choice is measured."""

import json
import re
from collections.abc import Callable
from functools import cache

import numpy as np

from ..data.documents import read_development_documents
from ..evaluate.choose_sentences import (
    centrality,
    choose_by_relevance,
    choose_sentences,
    mean_centrality,
)
from ..evaluate.summaries import (
    Summarizer,
    compare_summarizers,
    first_sentences,
    longest_sentences,
    split_sentences,
    summary_quality,
)
from ..export.encoder_graph import make_encoder, write_unit_length
from ..export.facts import write_facts
from ..export.golden import golden_path, text_cases, write_golden
from ..export.hard_texts import HANDWRITTEN
from ..export.onnx_file import Version, megabytes, open_session, run_rows, write_model
from ..export.parity import measure_parity
from ..export.reference import make_reference, write_reference
from ..preprocess.text_descriptors import text_features
from ..preprocess.tokenize import encode, load_tokenizer, write_tokenizer
from ..train.encoder import UNITS, embed, load_parameters, run_in_batches

VERSION = Version("summarize", "1.0.0", "summarize", ())
# Of one number of a unit embedding, 8 bits against float32.
TOLERANCE = 0.03
QUANTIZED_TOLERANCE = 1e-5
GOLDEN_SENTENCES = 40
GOLDEN_DOCUMENTS = 20
CHOSEN = "maximal_marginal_relevance"
# A word, and nothing that could end a sentence before its last character.
ONE_SENTENCE = re.compile(r"(?=.*[^\W\d_])[\w\s,;:'-]+[.!?]?")

Embed = Callable[[list[str]], np.ndarray]


def golden_sentences() -> list[str]:
    """Texts that the server takes as one sentence each: hard ones, and some of the documents."""
    hard = [text for text in HANDWRITTEN if len(text) < 120 and ONE_SENTENCE.fullmatch(text)][:15]
    documents = read_development_documents()[: GOLDEN_SENTENCES - len(hard)]
    return hard + [document["key_sentences"][0] for document in documents]


def make_candidates(embed_sentences: Embed) -> dict[str, Summarizer]:
    """Ways to choose three sentences; the last is what the server does."""

    def by_mean(sentences: list[str]) -> list[int]:
        embeddings = embed_sentences(sentences)
        return choose_by_relevance(mean_centrality(embeddings), embeddings, weight=1)

    def by_nearest(sentences: list[str]) -> list[int]:
        embeddings = embed_sentences(sentences)
        return choose_by_relevance(centrality(embeddings), embeddings, weight=1)

    return {
        "first_sentences": first_sentences,
        "longest_sentences": longest_sentences,
        "nearest_to_the_mean": by_mean,
        "nearest_to_each_other": by_nearest,
        CHOSEN: lambda sentences: choose_sentences(sentences, embed_sentences(sentences)),
    }


def write_summaries(summarize: Summarizer) -> None:
    """Writes which sentences are chosen of some documents, for the server's test."""
    documents = read_development_documents()[-GOLDEN_DOCUMENTS:]
    cases = [
        {
            "text": document["text"],
            "indices": summarize(split_sentences(document["text"])),
        }
        for document in documents
    ]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    golden_path("summarize", "summaries").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def make() -> None:
    """Writes the model, measures it and writes what belongs to it."""
    print("summarize: writing the encoder", flush=True)
    parameters = load_parameters()
    graph = make_encoder(parameters, write_unit_length, UNITS)
    path = write_model(graph, VERSION)
    session = open_session(path)
    tokenizer = load_tokenizer()
    write_tokenizer(VERSION.folder / "tokenizer.json")

    def original(texts: list[str]) -> np.ndarray:
        return run_in_batches(embed, parameters, encode(tokenizer, texts))

    def serve(texts: list[str]) -> np.ndarray:
        return run_rows(session, encode(tokenizer, texts))

    @cache
    def serve_once(texts: tuple[str, ...]) -> np.ndarray:
        return serve(list(texts))

    texts = golden_sentences()
    cases = text_cases("embeddings", texts, original(texts), serve(texts))
    write_golden(
        "summarize", VERSION.version, TOLERANCE, cases, quantized_tolerance=QUANTIZED_TOLERANCE
    )

    candidates = make_candidates(lambda sentences: serve_once(tuple(sentences)))
    write_summaries(candidates[CHOSEN])
    documents = [document["text"] for document in read_development_documents()]
    sentences = [sentence for text in documents for sentence in split_sentences(text)]
    compared = texts + sentences
    expected, served = original(compared), serve(compared)
    cosines = (expected * served).sum(axis=1)
    print("summarize: comparing", flush=True)
    results = compare_summarizers(candidates)
    quality = {
        **summary_quality(candidates[CHOSEN]),
        "cosine_to_float32_mean": float(cosines.mean()),
        "cosine_to_float32_smallest": float(cosines.min()),
        "key_sentence_recall_float32": summary_quality(make_candidates(original)[CHOSEN])[
            "key_sentence_recall"
        ],
        "megabytes": path.stat().st_size / 1e6,
        "megabytes_float32": megabytes(make_encoder(parameters, write_unit_length, UNITS, False)),
    }
    print(f"summarize: {quality}", flush=True)
    write_reference(
        VERSION.folder,
        make_reference(text_features(documents), embeddings=served[len(texts) :]),
    )
    write_facts(
        VERSION,
        {},
        results,
        {
            "description": "MiniLM sentence embeddings (6 layers, weights in 8 bits).",
            "batchable": True,
            "max_batch": 16,
            "parity": measure_parity(expected, served, TOLERANCE, has_labels=False),
            "quality": quality,
        },
    )
