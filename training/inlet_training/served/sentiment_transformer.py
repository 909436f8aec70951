"""Sentiment 2.0.0: the MiniLM encoder fine-tuned with a linear head, weights in 8 bits."""

import numpy as np
from sklearn.model_selection import GroupKFold

from ..data.sentences import (
    LABELS,
    Sentences,
    read_development_sentences,
    read_test_sentences,
    read_training_sentences,
)
from ..evaluate.candidates import compare
from ..evaluate.sentences import made_text_accuracy, sentence_quality
from ..export.encoder_graph import make_encoder, write_head
from ..export.facts import write_facts
from ..export.golden import text_cases, write_golden
from ..export.hard_texts import golden_texts, parity_texts
from ..export.onnx_file import Version, megabytes, open_session, run_rows, write_model
from ..export.parity import measure_parity
from ..export.tokenizer_golden import write_tokenizer_golden
from ..parameters import read_parameters
from ..preprocess.text_descriptors import text_features
from ..preprocess.tokenize import encode, load_tokenizer, write_tokenizer
from ..train.encoder import embed, load_parameters, run_in_batches
from ..train.sentiment_transformer import answer, make_rivals, train
from .describe import describe

VERSION = Version("sentiment", "2.0.0", "sentiment-transformer", LABELS)
# Of a probability: the 8-bit graph against the float32 network, and against itself elsewhere.
TOLERANCE = 0.15
QUANTIZED_TOLERANCE = 1e-5


def compare_rivals(sentences: Sentences, parameters: dict) -> list[dict]:
    """Cross-validated accuracy of classifiers that leave the encoder as it was published."""
    print("sentiment 2.0.0: comparing", flush=True)
    rows = encode(load_tokenizer(), sentences.texts)
    embeddings = run_in_batches(embed, load_parameters(), rows)
    rivals = make_rivals(parameters["random_state"])
    folds = GroupKFold(parameters["folds"])
    return compare(rivals, embeddings, sentences.labels, folds, sentences.subjects)


def make() -> None:
    """Compares, trains, measures and writes the model and what belongs to it."""
    parameters = read_parameters("sentiment_transformer")
    sentences = read_training_sentences()
    results = compare_rivals(sentences, parameters)
    development = read_development_sentences()
    trained = train(sentences, development, parameters)
    on_validation = trained.probabilities.argmax(axis=1) == trained.labels
    results.append(
        {
            "name": "fine_tuned_encoder",
            "accuracy": float(on_validation.mean()),
            # One split: another fold would take as long as the training.
            "deviation": None,
            "folds": 1,
        }
    )

    graph = make_encoder(trained.parameters, write_head, len(LABELS))
    path = write_model(graph, VERSION)
    session = open_session(path)
    tokenizer = load_tokenizer()
    write_tokenizer(VERSION.folder / "tokenizer.json")
    write_tokenizer_golden()

    def original(texts: list[str]) -> np.ndarray:
        return answer(trained.parameters, texts)

    def serve(texts: list[str]) -> np.ndarray:
        return run_rows(session, encode(tokenizer, texts))

    texts = golden_texts()
    cases = text_cases("probabilities", texts, original(texts), serve(texts))
    write_golden(
        "sentiment", VERSION.version, TOLERANCE, cases, quantized_tolerance=QUANTIZED_TOLERANCE
    )

    test = read_test_sentences()
    in_float32 = original(test.texts).argmax(axis=1) == test.labels
    quality = {
        **sentence_quality(serve, test, development),
        "accuracy_of_made_texts": made_text_accuracy(serve, development),
        "accuracy_float32": float(in_float32.mean()),
        "megabytes": path.stat().st_size / 1e6,
        "megabytes_float32": megabytes(
            make_encoder(trained.parameters, write_head, len(LABELS), eight_bits=False)
        ),
        "validation_accuracy": float(on_validation.mean()),
        "temperature": trained.temperature,
    }
    print(f"sentiment 2.0.0: {quality}", flush=True)
    describe(VERSION, text_features(sentences.texts), trained.probabilities, trained.labels)
    compared = parity_texts()
    write_facts(
        VERSION,
        parameters,
        results,
        {
            "description": "MiniLM (6 layers) fine-tuned on Inlet's sentences, weights in 8 bits.",
            "batchable": True,
            "max_batch": 32,
            "parity": measure_parity(original(compared), serve(compared), TOLERANCE),
            "quality": quality,
        },
    )
