"""Descriptors of texts and images: as counted by hand, and as the server counts them."""

import json
from typing import Any

import numpy as np
import pytest

from inlet_training.paths import REPOSITORY
from inlet_training.preprocess.image_descriptors import describe_image, image_descriptors
from inlet_training.preprocess.text_descriptors import describe_text, text_features

GOLDEN = json.loads(
    (REPOSITORY / "platform" / "runtime" / "descriptors.golden.json").read_text("utf-8")
)


@pytest.mark.parametrize("golden", GOLDEN["texts"], ids=lambda golden: golden["case"])
def test_a_text_is_counted_as_by_hand(golden: dict[str, Any]) -> None:
    assert describe_text(golden["text"]) == golden["descriptors"]


@pytest.mark.parametrize("golden", GOLDEN["images"], ids=lambda golden: golden["case"])
def test_an_image_is_counted_as_by_hand(golden: dict[str, Any]) -> None:
    assert describe_image(np.array(golden["image"])) == golden["descriptors"]


def test_an_image_of_single_precision_is_counted_as_the_server_counts_numbers() -> None:
    image = np.array(GOLDEN["images"][3]["image"], np.float32)
    assert describe_image(image) == GOLDEN["images"][3]["descriptors"]


def test_many_texts_give_a_column_for_each_descriptor() -> None:
    columns = text_features(["Well!", "so so"])
    assert columns["words"].tolist() == [1, 2]
    assert columns["question_or_exclamation_marks"].tolist() == [1, 0]


def test_many_images_give_a_column_for_each_descriptor() -> None:
    columns = image_descriptors(np.array([[[0, 0], [0, 0]], [[4, 0], [0, 0]]]))
    assert columns["ink"].tolist() == [0, 1]
    assert columns["ink_in_left_half"].tolist() == [0, 1]


def test_images_without_their_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[N, height, width\], not \[5, 64\]"):
        image_descriptors(np.zeros((5, 64)))
