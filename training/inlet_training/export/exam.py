"""Writes the exam's forest as ONNX and holds it against scikit-learn."""

import json
from pathlib import Path

import joblib
import numpy as np
import onnx
from onnx import helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import ClassifierMixin

from ..data.columns import TARGET_NAMES
from ..errors import InputError
from ..paths import METRICS, MODELS
from ..train.hold_out import CLEAN_TABLE, read_clean_table
from .onnx_file import IR_VERSION, OPSET, open_session, save_model

TOLERANCE = 1e-5


def make_exam_graph(classifier: ClassifierMixin, training_digest: str) -> onnx.ModelProto:
    """features [N,30] to label [N] and probabilities [N,2], N free."""
    model = convert_sklearn(
        classifier,
        name="exam",
        initial_types=[("features", FloatTensorType([None, classifier.n_features_in_]))],
        options={id(classifier): {"zipmap": False}},
        target_opset={"": OPSET, "ai.onnx.ml": 3},
    )
    model.ir_version = IR_VERSION
    facts = {
        "name": "exam",
        "features": json.dumps(list(classifier.feature_names_in_)),
        "labels": json.dumps(TARGET_NAMES),
        "training_digest": training_digest,
    }
    helper.set_model_props(model, facts)
    return model


def export_exam(table: Path = CLEAN_TABLE, models: Path = MODELS, metrics: Path = METRICS) -> None:
    """Writes models/exam.onnx and metrics/exam-parity.json; InputError when the two disagree."""
    classifier = joblib.load(models / "model.pkl")
    trained = json.loads((metrics / "exam-candidates.json").read_text(encoding="utf-8"))
    model = make_exam_graph(classifier, trained["training_digest"])
    path = save_model(model, models / "exam.onnx")

    features, _ = read_clean_table(table)
    expected = classifier.predict_proba(features)
    session = open_session(path)
    labels, probabilities = session.run(None, {"features": features.to_numpy()})
    difference = float(np.abs(probabilities - expected).max())
    disagreeing = int((labels != classifier.predict(features)).sum())
    facts = {
        "cases": len(features),
        "tolerance": TOLERANCE,
        "largest_difference": round(difference, 9),
        "disagreeing_labels": disagreeing,
        "opset": OPSET,
    }
    text = json.dumps(facts, indent=2)
    (metrics / "exam-parity.json").write_text(f"{text}\n", encoding="utf-8")
    print(f"exam.onnx: {facts}", flush=True)
    if difference > TOLERANCE or disagreeing:
        raise InputError("exam.onnx does not answer as scikit-learn does: see exam-parity.json")
