"""Iris: a random forest on the four measurements of Fisher's flowers."""

import numpy as np
from onnx import helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_score, train_test_split

from .card import parity, write_card
from .export import (
    IR_VERSION,
    OPSET,
    largest_difference,
    open_session,
    rounded,
    write_golden,
    write_model,
)
from .paths import FUNCTIONS, version_folder

VERSION = "1.0.0"
SEED = 20
TOLERANCE = 1e-5
ROWS_OF_A_GOLDEN_REQUEST = 25


def make_forest() -> RandomForestClassifier:
    """The untrained classifier, its seed fixed."""
    return RandomForestClassifier(n_estimators=100, max_depth=4, random_state=SEED, n_jobs=1)


def export_forest(forest: RandomForestClassifier) -> None:
    """Writes model.onnx with one output, the class probabilities [N,3]."""
    model = convert_sklearn(
        forest,
        name="iris",
        initial_types=[("features", FloatTensorType([None, 4]))],
        options={id(forest): {"zipmap": False}},
        target_opset={"": OPSET, "ai.onnx.ml": 3},
    )
    kept = [output for output in model.graph.output if output.name == "probabilities"]
    del model.graph.output[:]
    model.graph.output.extend(kept)
    model.ir_version = IR_VERSION
    del model.metadata_props[:]
    helper.set_model_props(model, {})
    write_model(model, version_folder("iris", VERSION) / "model.onnx")


def train_iris() -> None:
    """Trains, measures and writes the iris model, its golden set and its card."""
    print("iris: training", flush=True)
    flowers = load_iris()
    # float32 as the server receives them: a threshold must fall on the same side on both sides.
    features = flowers.data.astype(np.float32)
    train, test, train_labels, test_labels = train_test_split(
        features, flowers.target, test_size=0.2, stratify=flowers.target, random_state=SEED
    )
    forest = make_forest().fit(train, train_labels)
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    cross_validated = cross_val_score(make_forest(), features, flowers.target, cv=folds)
    export_forest(forest)

    expected = forest.predict_proba(features)
    session = open_session(version_folder("iris", VERSION) / "model.onnx")
    (served,) = session.run(["probabilities"], {"features": features})
    cases = [
        {
            "request": {"features": rounded(features[start:end], 2)},
            "outputs": {"probabilities": rounded(expected[start:end])},
        }
        for start, end in (
            (start, start + ROWS_OF_A_GOLDEN_REQUEST)
            for start in range(0, len(features), ROWS_OF_A_GOLDEN_REQUEST)
        )
    ]
    write_golden(FUNCTIONS / "iris" / "golden" / f"{VERSION}.json", TOLERANCE, cases)

    predicted = forest.predict(test)
    quality = {
        "evaluation": "hold-out of scikit-learn's iris, stratified",
        "rows": len(test),
        "accuracy": float((predicted == test_labels).mean()),
        "macro_f1": float(f1_score(test_labels, predicted, average="macro")),
        "cross_validation_folds": 5,
        "cross_validation_accuracy": float(cross_validated.mean()),
        "cross_validation_deviation": float(cross_validated.std()),
        "majority_class": float(np.bincount(test_labels).max() / len(test_labels)),
    }
    print(f"iris: {quality}", flush=True)
    write_card(
        "iris",
        {
            "title": "Iris species",
            "task": "tabular-classification",
            "description": "Names the species of an iris from four measurements in centimetres.",
            "aliases": [],
            "default_version": VERSION,
            "versions": {
                VERSION: {
                    "description": "Random forest of 100 trees, depth 4 at most.",
                    "labels": list(map(str, flowers.target_names)),
                    "batchable": True,
                    "max_batch": 256,
                    "files": {},
                    "parity": parity(
                        len(features), TOLERANCE, largest_difference(expected, served)
                    ),
                    "quality": quality,
                }
            },
        },
    )
