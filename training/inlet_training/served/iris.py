"""Iris 1.0.0: the best of several classifiers on the four measurements of Fisher's flowers."""

import numpy as np
import onnx
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import ClassifierMixin
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold, cross_val_predict

from ..data.tables import IRIS_FEATURES, IRIS_SPECIES, read_iris
from ..evaluate.candidates import best, compare
from ..evaluate.measures import classification_quality
from ..export.facts import write_facts
from ..export.golden import rounded, write_golden
from ..export.onnx_file import IR_VERSION, OPSET, Version, open_session, write_model
from ..export.parity import measure_parity
from ..parameters import read_parameters
from ..train.iris import make_candidates
from .describe import describe

VERSION = Version("iris", "1.0.0", "iris", IRIS_SPECIES)
TOLERANCE = 1e-5
ROWS_OF_A_GOLDEN_REQUEST = 25
PARITY_ROWS = 2000


def make_graph(classifier: ClassifierMixin) -> onnx.ModelProto:
    """features [N,4] in centimetres to probabilities [N,3]."""
    model = convert_sklearn(
        classifier,
        name="iris",
        initial_types=[("features", FloatTensorType([None, len(IRIS_FEATURES)]))],
        options={id(classifier): {"zipmap": False}},
        target_opset={"": OPSET, "ai.onnx.ml": 3},
    )
    kept = [output for output in model.graph.output if output.name == "probabilities"]
    del model.graph.output[:]
    model.graph.output.extend(kept)
    model.ir_version = IR_VERSION
    return model


def parity_rows(features: np.ndarray, seed: int) -> np.ndarray:
    """The flowers, then made-up ones between half the smallest and twice the largest seen."""
    generator = np.random.default_rng(seed)
    low, high = features.min(axis=0) / 2, features.max(axis=0) * 2
    made_up = generator.uniform(low, high, (PARITY_ROWS - len(features), features.shape[1]))
    return np.concatenate([features, made_up.astype(np.float32)])


def make() -> None:
    """Compares, trains on all flowers, measures and writes the model and what belongs to it."""
    parameters = read_parameters("iris")
    seed = parameters["random_state"]
    features, labels = read_iris()
    candidates = make_candidates(parameters)
    folds = RepeatedStratifiedKFold(
        n_splits=parameters["folds"], n_repeats=parameters["repeats"], random_state=seed
    )
    print("iris: comparing", flush=True)
    results = compare(candidates, features, labels, folds)
    chosen = best(results)
    out_of_fold = cross_val_predict(
        candidates[chosen],
        features,
        labels,
        cv=StratifiedKFold(parameters["folds"], shuffle=True, random_state=seed),
        method="predict_proba",
    )
    quality = {
        "evaluation": "scikit-learn's iris, each flower by a model that did not learn from it",
        **classification_quality(out_of_fold, labels),
    }
    print(f"iris: {chosen}: {quality}", flush=True)

    classifier = candidates[chosen].fit(features, labels)
    session = open_session(write_model(make_graph(classifier), VERSION))
    rows = parity_rows(features, seed)
    (served,) = session.run(["probabilities"], {"features": rows})
    cases = [
        {
            "request": {"features": rounded(part, 2)},
            "outputs": {"probabilities": rounded(classifier.predict_proba(part))},
        }
        for part in np.split(features, len(features) // ROWS_OF_A_GOLDEN_REQUEST)
    ]
    write_golden("iris", VERSION.version, TOLERANCE, cases)
    measurements = {name: features[:, index] for index, name in enumerate(IRIS_FEATURES)}
    describe(VERSION, measurements, out_of_fold, labels)
    write_facts(
        VERSION,
        {"classifier": chosen, **parameters},
        results,
        {
            "description": f"{chosen.replace('_', ' ').capitalize()} on four measurements.",
            "batchable": True,
            "max_batch": 256,
            "parity": measure_parity(classifier.predict_proba(rows), served, TOLERANCE),
            "quality": quality,
        },
    )
