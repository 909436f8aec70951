"""Words, pairs and padding."""

import json

import numpy as np

from inlet_training.paths import TOKENIZER_GOLDEN, version_folder
from inlet_training.preprocess.tokenize import encode, load_tokenizer, pad, words_and_pairs


def test_words_are_lower_case_with_their_apostrophes():
    assert words_and_pairs("I DON’T like it!") == [
        "i",
        "don't",
        "like",
        "it",
        "!",
        "i don't",
        "don't like",
        "like it",
        "it !",
    ]


def test_quotes_and_other_signs_part_words():
    assert words_and_pairs("'so-called' food...")[:3] == ["so", "called", "food"]


def test_a_text_without_words_has_no_ngrams():
    assert words_and_pairs("… 😀 —") == []


def test_rows_are_filled_with_zeros():
    ids, mask = pad([[101, 7, 102], [101, 102]])
    np.testing.assert_array_equal(ids, [[101, 7, 102], [101, 102, 0]])
    np.testing.assert_array_equal(mask, [[1, 1, 1], [1, 1, 0]])


def test_the_golden_ids_are_those_of_the_tokenizer():
    cases = json.loads(TOKENIZER_GOLDEN.read_text("utf-8"))
    assert len(cases) >= 300
    assert len({case["text"] for case in cases}) == len(cases)
    rows = encode(load_tokenizer(), [case["text"] for case in cases])
    assert rows == [case["ids"] for case in cases]


def test_both_models_ship_the_tokenizer_without_padding():
    for model, version in (("summarize", "1.0.0"), ("sentiment", "2.0.0")):
        path = version_folder(model, version) / "tokenizer.json"
        shipped = json.loads(path.read_text("utf-8"))
        assert shipped["padding"] is None
        assert shipped["truncation"]["max_length"] == 256
