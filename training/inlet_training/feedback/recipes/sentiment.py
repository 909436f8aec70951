"""Sentiment: the linear classifier of words of version 1.0.0, beside the versions in service."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from ...data.sentences import (
    Sentences,
    read_development_sentences,
    read_test_sentences,
    read_training_sentences,
)
from ...evaluate.candidates import best
from ...export.linear_graph import make_linear_graph
from ...export.onnx_file import open_session, run_rows
from ...parameters import read_parameters
from ...paths import version_folder
from ...preprocess.tokenize import encode, load_tokenizer, ngram_rows, pad
from ...served.sentiment_linear import VERSION
from ...served.sentiment_transformer import VERSION as TRANSFORMER
from ...track.served import read_version_facts
from ...train.sentiment_linear import make_candidates
from ..labelled import Instance
from ..recipe import Answer, Recipe, Rows


def _texts(instances: list[Instance]) -> list[str]:
    return [str(instance) for instance in instances]


def _rows(sentences: Sentences) -> Rows:
    return Rows(list(sentences.texts), sentences.labels)


def _reserved() -> list[Instance]:
    return [*read_test_sentences().texts, *read_development_sentences().texts]


def _kind() -> str:
    facts = read_version_facts(VERSION.model, VERSION.version)
    return best([each for each in facts["candidates"] if each["name"].startswith("logistic")])


def _baseline() -> Any:
    return make_candidates(read_parameters("sentiment_linear"))[_kind()]


def _export(classifier: Any) -> tuple[onnx.ModelProto, dict[str, str]]:
    vocabulary = classifier[0].get_feature_names_out().tolist()
    text = json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":"))
    return make_linear_graph(classifier), {"vocabulary.json": text}


def _load(folder: Path) -> Answer:
    vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    words = open_session(folder / "model.onnx")

    def answer(instances: list[Instance]) -> np.ndarray:
        # Row by row, so that one long text does not widen all others.
        rows = ngram_rows(vocabulary, _texts(instances))
        answers = [words.run(None, {"ngram_ids": pad([row or [0]])[0]})[0] for row in rows]
        return np.concatenate(answers)

    return answer


def _served() -> Mapping[str, Answer]:
    encoder = open_session(version_folder(TRANSFORMER.model, TRANSFORMER.version) / "model.onnx")
    tokenizer = load_tokenizer()
    return {
        VERSION.version: _load(version_folder(VERSION.model, VERSION.version)),
        TRANSFORMER.version: lambda instances: run_rows(
            encoder, encode(tokenizer, _texts(instances))
        ),
    }


RECIPE = Recipe(
    model=VERSION.model,
    version=VERSION.version,
    stage=VERSION.stage,
    labels=VERSION.labels,
    training=lambda: _rows(read_training_sentences()),
    tests=lambda: _rows(read_test_sentences()),
    reserved=_reserved,
    # The version's own kind: comparing all again takes a minute and they differ by little.
    choose=lambda _rows: (_kind(), _baseline()),
    baseline=_baseline,
    array=_texts,
    export=_export,
    load=_load,
    served=_served,
)
