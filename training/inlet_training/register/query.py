"""Asks the tracked runs for the best of them."""

import pandas
from mlflow import MlflowClient
from mlflow.entities import Run

from ..errors import InputError
from ..track.store import find_experiment

COLUMNS = ("accuracy", "precision", "recall", "f1", "cv_accuracy")
# Of runs that are equally accurate on the hold-out, the one that is better over the folds.
BEST_FIRST = [
    "metrics.accuracy DESC",
    "metrics.cv_accuracy DESC",
    "attributes.start_time DESC",
]


def figure(run: Run, name: str) -> str:
    """A metric of a run with four digits, nothing where it was not measured."""
    value = run.data.metrics.get(name)
    return "" if value is None else f"{value:.4f}"


def best_runs(
    client: MlflowClient, experiment: str, top: int, above: float = 0.0, also: str = ""
) -> list[Run]:
    """The most accurate finished runs above an accuracy; also is a further condition.

    InputError when the experiment does not exist.
    """
    experiment_id = find_experiment(client, experiment)
    if experiment_id is None:
        raise InputError(
            f"there is no experiment {experiment}: log its runs with the command track"
        )
    condition = f"metrics.accuracy > {above} and attributes.status = 'FINISHED'{also}"
    return list(
        client.search_runs([experiment_id], condition, max_results=top, order_by=BEST_FIRST)
    )


def run_table(runs: list[Run]) -> str:
    """The runs as a table of names, figures and parameters, one a line."""
    rows = [
        {
            "run": run.info.run_name,
            "run_id": run.info.run_id,
            **{name: figure(run, name) for name in COLUMNS},
            "parameters": " ".join(
                f"{key}={value}" for key, value in sorted(run.data.params.items())
            ),
        }
        for run in runs
    ]
    return pandas.DataFrame(rows).to_string(index=False)
