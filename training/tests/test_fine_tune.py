"""What is fed to the tuning, and what it leaves alone."""

import numpy as np
import yaml

from inlet_training.paths import TRAINING
from inlet_training.train.encoder import load_parameters
from inlet_training.train.fine_tune import Examples, Schedule, batches, fine_tune, renumber
from inlet_training.train.sentiment_transformer import fit_temperature, with_temperature

PARAMETERS = yaml.safe_load((TRAINING / "params.yaml").read_text("utf-8"))["sentiment_transformer"]


def test_batches_hold_every_row_once_with_its_label():
    examples = Examples([[index] for index in range(64)], np.arange(64) % 2)
    met = []
    for ids, mask, labels in batches(examples, 8, np.random.default_rng(1)):
        assert (mask.sum(axis=1) == 1).all()
        np.testing.assert_array_equal(labels, ids[:, 0] % 2)
        met += ids[:, 0].tolist()
    assert sorted(met) == list(range(64))


def test_ids_are_renumbered_by_their_place():
    epoch = Examples([[101, 7, 102]], np.array([1]))
    (changed,) = renumber([epoch], np.array([0, 7, 101, 102]))
    assert changed.rows == [[2, 1, 3]]


def test_tuning_repeats_itself_and_leaves_unmet_words_alone():
    parameters = load_parameters()
    epoch = Examples([[101, 2204, 102], [101, 2919, 102]], np.array([1, 0]))
    schedule = Schedule(**{**PARAMETERS["schedule"], "batch": 2, "mean_interval": 1})
    first, second = (fine_tune(parameters, [epoch] * 2, schedule) for _ in range(2))
    for name in ("words", "positions"):
        np.testing.assert_array_equal(first[name], second[name])
    np.testing.assert_array_equal(first["head"]["weight"], second["head"]["weight"])
    unmet = np.setdiff1d(np.arange(len(parameters["words"])), [0, 101, 102, 2204, 2919])
    np.testing.assert_array_equal(first["words"][unmet], parameters["words"][unmet])
    assert (first["words"][2204] != parameters["words"][2204]).any()


def test_the_temperature_makes_a_sure_network_as_sure_as_it_is_right():
    # Right three times of four and always 98 % sure.
    probabilities = np.array([[0.02, 0.98]] * 4)
    temperature = fit_temperature(probabilities, np.array([1, 1, 1, 0]))
    logit = np.log(0.98 / 0.02)
    np.testing.assert_allclose(1 / (1 + np.exp(-logit / temperature)), 0.75, atol=1e-3)
    head = {"weight": np.full((2, 2), 3.0, np.float32), "bias": np.zeros(2, np.float32)}
    divided = with_temperature({"head": head}, 2.0)["head"]
    np.testing.assert_allclose(divided["weight"], 1.5)
