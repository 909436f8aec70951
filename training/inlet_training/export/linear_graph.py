"""Writes the linear classifier of words as an ONNX graph."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.pipeline import Pipeline

from .onnx_file import make_model


def make_linear_graph(classifier: Pipeline) -> onnx.ModelProto:
    """ngram_ids [N,L] to probabilities [N,2]; id 0 is padding and weighs nothing.

    With binary counts and rows of unit length, the logit of a text's n-grams i is
    sum(idf_i * weight_i) / sqrt(sum(idf_i ** 2)) + bias: two tables and two sums.
    """
    vectorizer, regression = classifier[0], classifier[1]

    def table(values: np.ndarray) -> np.ndarray:
        return np.concatenate([[0.0], values]).astype(np.float32)

    constants = {
        "weights": table(vectorizer.idf_ * regression.coef_[0]),
        "squares": table(vectorizer.idf_**2),
        "bias": regression.intercept_.astype(np.float32),
        "smallest": np.array(1e-12, np.float32),
        "one": np.array(1, np.float32),
        "row": np.array([1]),
    }
    nodes = [
        helper.make_node("Gather", ["weights", "ngram_ids"], ["weighted"]),
        helper.make_node("Gather", ["squares", "ngram_ids"], ["squared"]),
        helper.make_node("ReduceSum", ["weighted", "row"], ["total"], keepdims=1),
        helper.make_node("ReduceSum", ["squared", "row"], ["square_total"], keepdims=1),
        helper.make_node("Sqrt", ["square_total"], ["length"]),
        helper.make_node("Max", ["length", "smallest"], ["divisor"]),
        helper.make_node("Div", ["total", "divisor"], ["score"]),
        helper.make_node("Add", ["score", "bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["positive"]),
        helper.make_node("Sub", ["one", "positive"], ["negative"]),
        helper.make_node("Concat", ["negative", "positive"], ["probabilities"], axis=1),
    ]
    return make_model(
        "sentiment_linear",
        nodes,
        [helper.make_tensor_value_info("ngram_ids", TensorProto.INT64, ["rows", "ngrams"])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", 2])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
