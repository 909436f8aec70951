"""Reference sketches: what they hold, and what cannot become one."""

import json
from pathlib import Path

import numpy as np
import pytest

from inlet_training.export.reference import make_reference, number_histogram, write_reference


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def test_ten_bins_of_equal_share_come_of_values_that_differ(generator):
    histogram = number_histogram(generator.normal(size=1000))
    assert histogram["shares"] == [0.1] * 10
    assert histogram["edges"] == sorted(set(histogram["edges"]))


def test_equal_values_lie_in_one_bin():
    histogram = number_histogram(np.array([0.0] * 80 + [1.0] * 15 + [2.0] * 5))
    assert histogram == {"edges": [0.5, 1.5], "shares": [0.8, 0.15, 0.05]}


def test_a_value_that_most_rows_have_is_parted_from_the_rest_on_either_side():
    low = number_histogram(np.array([0.0] * 99 + [3.0]))
    high = number_histogram(np.array([0.0] + [3.0] * 99))
    assert low == {"edges": [1.5], "shares": [0.99, 0.01]}
    assert high == {"edges": [1.5], "shares": [0.01, 0.99]}


@pytest.mark.parametrize("value", [0.0, -2.5, 1e9])
def test_a_value_that_never_changes_has_a_bin_of_its_own(value):
    histogram = number_histogram(np.full(20, value))
    assert histogram["shares"] == [0, 1, 0]
    assert histogram["edges"][0] < value < histogram["edges"][1]


def test_no_value_lies_on_an_edge(generator):
    values = np.round(generator.beta(8, 1, size=2000), 6)
    edges = np.array(number_histogram(values)["edges"])
    assert len(edges) == 9
    assert not np.isin(edges, values).any()


def test_the_order_of_rows_does_not_matter(generator):
    values = generator.exponential(size=500)
    assert number_histogram(values) == number_histogram(generator.permutation(values))


def test_texts_become_categories():
    features = {"colour": ["red", "blue", "red", "red"], "size": [1, 2, 3, 4]}
    colour, size = make_reference(features)["features"]
    assert colour == {
        "name": "colour",
        "kind": "category",
        "categories": ["blue", "red"],
        "shares": [0.25, 0.75],
    }
    assert size["kind"] == "number"


def test_outputs_keep_the_order_of_the_labels_and_those_never_answered():
    probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1], [0.9, 0.1, 0]])
    features = {"size": [1, 2]}
    outputs = make_reference(features, ["small", "large", "huge"], probabilities)["outputs"]
    assert outputs["rows"] == 4
    assert outputs["labels"] == {
        "categories": ["small", "large", "huge"],
        "shares": [0.75, 0.25, 0],
    }
    assert outputs["confidence"]["edges"] == [0.65, 0.75, 0.85]


def test_embeddings_give_their_mean_direction_and_deciles_of_the_distance_to_it(generator):
    embeddings = generator.normal(size=(500, 8)) + 1
    sketch = make_reference({"size": range(3)}, embeddings=embeddings)["embedding"]
    # Lengths do not count.
    scaled = embeddings * generator.uniform(0.5, 2, size=(500, 1))
    again = make_reference({"size": range(3)}, embeddings=scaled)["embedding"]
    assert sketch == again
    mean = np.array(sketch["mean"])
    cosines = embeddings @ mean / np.linalg.norm(embeddings, axis=1) / np.linalg.norm(mean)
    bins = np.searchsorted(sketch["distance_quantiles"], 1 - cosines, side="right")
    np.testing.assert_allclose(np.bincount(bins, minlength=10) / 500, 0.1, atol=0.005)


def test_a_sketch_is_written_in_the_same_bytes_and_read_back(tmp_path: Path, generator):
    reference = make_reference(
        {"größe": generator.normal(size=50)},
        ["no", "yes"],
        generator.dirichlet([1, 1], size=50),
        generator.normal(size=(50, 4)),
    )
    path = tmp_path / "reference.json"
    write_reference(tmp_path, reference)
    first = path.read_bytes()
    write_reference(tmp_path, reference)
    assert path.read_bytes() == first
    assert json.loads(first) == reference


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"size": []}, "at least one row"),
        ({"size": [1, np.nan]}, "feature size has missing values"),
        ({"colour": ["red", None]}, "feature colour has missing values"),
        ({"size": [1, np.inf]}, "feature size has infinite values"),
        ({"size": np.array([1, 2]), "colour": np.array(["red"])}, "same length"),
    ],
)
def test_features_that_cannot_be_counted_are_named(features, message):
    with pytest.raises(ValueError, match=message):
        make_reference(features)


def test_labels_that_do_not_fit_the_probabilities_are_refused():
    features = {"size": [1]}
    with pytest.raises(ValueError, match=r"are not \[N, 2 labels\]"):
        make_reference(features, ["no", "yes"], np.ones((4, 3)))
    with pytest.raises(ValueError, match="must be finite"):
        make_reference(features, ["no", "yes"], np.full((4, 2), np.nan))
    with pytest.raises(ValueError, match="both or neither"):
        make_reference(features, ["no", "yes"])


def test_embeddings_without_a_spread_are_refused():
    with pytest.raises(ValueError, match="must differ"):
        make_reference({"size": [1]}, embeddings=np.ones((50, 4)))


def test_a_sketch_that_the_server_would_not_read_is_not_written(tmp_path: Path):
    reference = make_reference({"size": [1, 2]})
    reference["features"][0]["kind"] = "colour"
    with pytest.raises(ValueError, match=r"reference.json cannot be written: \$.features\[0\]"):
        write_reference(tmp_path, reference)
    assert not (tmp_path / "reference.json").exists()
