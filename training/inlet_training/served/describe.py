"""What every classifier's stage writes about it beside the model."""

from collections.abc import Mapping

import numpy as np

from ..evaluate.plots import plot_confusion, plot_reliability
from ..export.onnx_file import Version
from ..export.reference import make_reference, write_reference
from ..paths import REPORTS


def describe(
    version: Version,
    features: Mapping[str, np.ndarray],
    probabilities: np.ndarray,
    labels: np.ndarray,
) -> None:
    """Draws the plots and writes reference.json.

    features are those learnt from, [N] each; probabilities [M,C] and labels [M] are of rows that
    were not learnt from, so that confidences are what they will be.
    """
    plots = REPORTS / version.name
    plot_confusion(
        probabilities.argmax(axis=1),
        labels,
        version.labels,
        version.name,
        plots / "confusion-matrix.png",
    )
    plot_reliability(probabilities, labels, version.name, plots / "reliability.png")
    write_reference(version.folder, make_reference(features, version.labels, probabilities))
