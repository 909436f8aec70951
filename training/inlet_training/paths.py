"""Where the training side reads and writes; everything else is relative to these."""

from pathlib import Path

TRAINING = Path(__file__).resolve().parent.parent
REPOSITORY = TRAINING.parent
CARDS = TRAINING / "cards"
DATA = TRAINING / "data"
METRICS = TRAINING / "metrics"
MODELS = TRAINING / "models"
REPORTS = TRAINING / "reports"
FUNCTIONS = REPOSITORY / "functions"
TOKENIZER_GOLDEN = REPOSITORY / "platform" / "runtime" / "tokenizer.golden.json"


def version_folder(model: str, version: str) -> Path:
    """The folder of one version's files, made if it is not there yet."""
    folder = FUNCTIONS / model / "versions" / version
    folder.mkdir(parents=True, exist_ok=True)
    return folder
