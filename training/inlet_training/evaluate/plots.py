"""Pictures of how a classifier errs, the same bytes for the same figures."""

from pathlib import Path

import matplotlib
import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay

from .measures import expected_calibration_error, reliability

matplotlib.use("Agg")

from matplotlib import pyplot


def save(figure: pyplot.Figure, path: Path) -> None:
    """Saves a figure of 5 by 5 inches as PNG and closes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.set_size_inches(5, 5)
    figure.tight_layout()
    figure.savefig(path, dpi=100, metadata={"Software": None})
    pyplot.close(figure)


def plot_confusion(
    predicted: np.ndarray, labels: np.ndarray, names: tuple[str, ...], title: str, path: Path
) -> None:
    """Draws how often each class [N] was taken for each other one."""
    figure, axes = pyplot.subplots()
    ConfusionMatrixDisplay.from_predictions(
        labels,
        predicted,
        labels=range(len(names)),
        display_labels=names,
        ax=axes,
        cmap="Blues",
        colorbar=False,
    )
    axes.set_title(title)
    save(figure, path)


def plot_reliability(probabilities: np.ndarray, labels: np.ndarray, title: str, path: Path) -> None:
    """Draws accuracy over confidence: on the diagonal, 0.8 is right 8 times of 10."""
    figure, axes = pyplot.subplots()
    bins = reliability(probabilities, labels)
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", linewidth=1)
    axes.plot([bin[0] for bin in bins], [bin[1] for bin in bins], marker="o")
    for confidence, accuracy, share in bins:
        axes.annotate(
            f"{share:.0%}", (confidence, accuracy), xytext=(6, -12), textcoords="offset points"
        )
    error = expected_calibration_error(probabilities, labels)
    axes.set(
        title=f"{title}: calibration error {error:.3f}",
        xlabel="confidence (share of rows beside each point)",
        ylabel="accuracy",
        xlim=(0, 1.02),
        ylim=(0, 1.02),
    )
    save(figure, path)
