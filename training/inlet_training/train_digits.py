"""Digits: a small ensemble of perceptrons on 8x8 images, trained on distorted copies."""

import warnings

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from scipy.ndimage import affine_transform
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from .card import parity, write_card
from .evaluate import expected_calibration_error
from .export import (
    largest_difference,
    make_model,
    open_session,
    rounded,
    write_golden,
    write_model,
)
from .paths import FUNCTIONS, version_folder

VERSION = "1.0.0"
SEED = 8
TOLERANCE = 1e-5
LARGEST_VALUE = 16.0
MEMBERS = 4
HIDDEN_UNITS = 160
COPIES = 12
GOLDEN_IMAGES = 100


def distort(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Copies of images [N,8,8], each turned, scaled and shifted a little as a hand would.

    Up to 12 degrees, 12 % of size and 0.9 pixels each way; bilinear, 0 outside the image.
    """
    centre = np.array([3.5, 3.5])
    copies = np.empty_like(images)
    for index, image in enumerate(images):
        angle = generator.uniform(-np.pi / 15, np.pi / 15)
        scale = generator.uniform(0.88, 1.12, size=2)
        shift = generator.uniform(-0.9, 0.9, size=2)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        matrix = turn / scale
        offset = centre - matrix @ (centre + shift)
        copies[index] = affine_transform(image, matrix, offset, order=1)
    return copies


def train_members(images: np.ndarray, labels: np.ndarray) -> list[MLPClassifier]:
    """Perceptrons of different seeds on images [N,8,8] with values 0 to 1."""
    generator = np.random.default_rng(SEED)
    copies = np.concatenate([images, *(distort(images, generator) for _ in range(COPIES))])
    copy_labels = np.tile(labels, COPIES + 1)
    members = []
    for member in range(MEMBERS):
        print(f"digits: perceptron {member + 1} of {MEMBERS}", flush=True)
        network = MLPClassifier(
            (HIDDEN_UNITS,),
            alpha=1e-3,
            batch_size=128,
            learning_rate_init=2e-3,
            max_iter=25,
            n_iter_no_change=100,
            random_state=SEED + member,
        )
        with warnings.catch_warnings():
            # A fixed number of passes: it need not converge by scikit-learn's rule.
            warnings.simplefilter("ignore", ConvergenceWarning)
            members.append(network.fit(copies.reshape(len(copies), 64), copy_labels))
    return members


def predict(members: list[MLPClassifier], images: np.ndarray) -> np.ndarray:
    """Probabilities [N,10] of images [N,8,8] with values 0 to 1: the members' mean."""
    rows = images.reshape(len(images), 64)
    return np.mean([member.predict_proba(rows) for member in members], axis=0)


def export_members(members: list[MLPClassifier]) -> None:
    """Writes the ensemble as one graph: image [N,8,8] of 0 to 16 to probabilities [N,10]."""
    constants = {"row_shape": np.array([0, 64]), "scale": np.array(LARGEST_VALUE, np.float32)}
    nodes = [
        helper.make_node("Reshape", ["image", "row_shape"], ["flat"]),
        helper.make_node("Div", ["flat", "scale"], ["pixels"]),
    ]
    for index, member in enumerate(members):
        for layer in (0, 1):
            constants[f"weight_{index}_{layer}"] = member.coefs_[layer].astype(np.float32)
            constants[f"bias_{index}_{layer}"] = member.intercepts_[layer].astype(np.float32)
        nodes += [
            helper.make_node(
                "Gemm", ["pixels", f"weight_{index}_0", f"bias_{index}_0"], [f"sum_{index}"]
            ),
            helper.make_node("Relu", [f"sum_{index}"], [f"hidden_{index}"]),
            helper.make_node(
                "Gemm",
                [f"hidden_{index}", f"weight_{index}_1", f"bias_{index}_1"],
                [f"logits_{index}"],
            ),
            helper.make_node("Softmax", [f"logits_{index}"], [f"member_{index}"], axis=1),
        ]
    names = [f"member_{index}" for index in range(len(members))]
    nodes.append(helper.make_node("Mean", names, ["probabilities"]))
    model = make_model(
        "digits",
        nodes,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["rows", 8, 8])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", 10])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    write_model(model, version_folder("digits", VERSION) / "model.onnx")


def train_digits() -> None:
    """Trains, measures and writes the digits model, its golden set and its card."""
    digits = load_digits()
    images = digits.images / LARGEST_VALUE
    train, test, train_labels, test_labels = train_test_split(
        images, digits.target, test_size=0.25, stratify=digits.target, random_state=SEED
    )
    members = train_members(train, train_labels)
    export_members(members)

    expected = predict(members, test)
    session = open_session(version_folder("digits", VERSION) / "model.onnx")
    inputs = (test * LARGEST_VALUE).astype(np.float32)
    (served,) = session.run(["probabilities"], {"image": inputs})
    cases = [
        {
            "request": {"image": image.astype(int).tolist()},
            "outputs": {"probabilities": rounded(expected[index : index + 1])},
        }
        for index, image in enumerate(inputs[:GOLDEN_IMAGES])
    ]
    write_golden(FUNCTIONS / "digits" / "golden" / f"{VERSION}.json", TOLERANCE, cases)

    predicted = expected.argmax(axis=1)
    quality = {
        "evaluation": "hold-out of scikit-learn's digits, stratified",
        "rows": len(test),
        "accuracy": float((predicted == test_labels).mean()),
        "macro_f1": float(f1_score(test_labels, predicted, average="macro")),
        "expected_calibration_error": expected_calibration_error(expected, test_labels),
        "majority_class": float(np.bincount(test_labels).max() / len(test_labels)),
    }
    print(f"digits: {quality}", flush=True)
    write_card(
        "digits",
        {
            "title": "Handwritten digits",
            "task": "image-classification",
            "description": "Reads one handwritten digit from an image of 8 by 8 grey values.",
            "aliases": [],
            "default_version": VERSION,
            "versions": {
                VERSION: {
                    "description": f"Mean of {MEMBERS} perceptrons of {HIDDEN_UNITS} hidden units.",
                    "labels": [str(digit) for digit in range(10)],
                    "batchable": True,
                    "max_batch": 64,
                    "files": {},
                    "parity": parity(len(test), TOLERANCE, largest_difference(expected, served)),
                    "quality": quality,
                }
            },
        },
    )
