"""The entry point: python -m inlet_training all|iris|digits|summarize|sentiment."""

import os
import sys

# Before numpy and JAX are loaded: the order of sums, and so the last bits, follow from the threads.
THREADS = "2"
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = THREADS
os.environ["JAX_PLATFORMS"] = "cpu"


def main() -> int:
    """Trains what the command line names; exit code 2 when it names something else."""
    from .train_digits import train_digits
    from .train_iris import train_iris
    from .train_sentiment import train_sentiment
    from .train_summarize import train_summarize

    trainings = {
        "iris": train_iris,
        "digits": train_digits,
        "summarize": train_summarize,
        "sentiment": train_sentiment,
    }
    names = sys.argv[1:] or ["all"]
    if names == ["all"]:
        names = list(trainings)
    if not set(names) <= set(trainings):
        print(f"use: python -m inlet_training all|{'|'.join(trainings)}", file=sys.stderr)
        return 2
    for name in names:
        trainings[name]()
    return 0


sys.exit(main())
