"""The columns of the exam's table."""

MEASUREMENTS = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave_points",
    "symmetry",
    "fractal_dimension",
)
# Of each measurement of an image's cell nuclei: mean, standard error, mean of the three largest.
BREAST_CANCER_FEATURES = (
    *(f"mean_{name}" for name in MEASUREMENTS),
    *(f"{name}_error" for name in MEASUREMENTS),
    *(f"worst_{name}" for name in MEASUREMENTS),
)
TARGET = "target"
TARGET_NAMES = ("malignant", "benign")
# All digits that any published value has; whole numbers come out without a point.
FLOAT_FORMAT = "%.10g"
