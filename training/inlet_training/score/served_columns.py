"""Which columns of a CSV file are the input of the models that Inlet serves."""

from ..data.tables import IRIS_FEATURES, LARGEST_INK
from .columns import Column

IMAGE_SIDE = 8

# Named as in data/raw, so that those files can be scored as they are.
SERVED_COLUMNS = {
    "iris": tuple(Column(name) for name in IRIS_FEATURES),
    "digits": tuple(
        Column(f"pixel_{row}_{column}", smallest=0, largest=LARGEST_INK)
        for row in range(IMAGE_SIDE)
        for column in range(IMAGE_SIDE)
    ),
    "sentiment": (Column("text", "text"),),
    "summarize": (Column("text", "text"),),
}
