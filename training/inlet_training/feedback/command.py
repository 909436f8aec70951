"""The commands that bring labelled predictions here, and train on them."""

import time
from pathlib import Path

import click

FOLDER_HELP = "Where the table is kept, inside a DVC repository [training/data/feedback]."
SOME_LEFT_OUT = 3


@click.command()
@click.argument("model")
@click.option(
    "--gateway", "address", metavar="URL", default="http://localhost:8080", show_default=True
)
@click.option("--version", help="Only predictions of this version.")
@click.option("--folder", type=click.Path(path_type=Path), help=FOLDER_HELP)
def feedback(model: str, address: str, version: str | None, folder: Path | None) -> None:
    """Download MODEL's labelled predictions and have DVC track them.

    The table holds what people sent to the model. Rows whose input was not recorded
    (RECORD_INPUT other than full) are left out, and rows that the model cannot have.

    \b
    Exit code 0: done; 3: done, but rows that do not fit were left out; 2: wrong call, or nothing
    to learn from; 1: could not go on (gateway, disk, DVC), the same command begins anew.
    """
    from ..score.gateway import Gateway
    from ..score.problems import RunStoppedError
    from . import tracked
    from .keep import find_labels, keep_table

    began = time.monotonic()
    gateway = Gateway(address, connections=1)
    name, labels = find_labels(gateway, model, version)
    table = tracked.table_path(folder or tracked.FOLDER, name)
    try:
        counts = keep_table(gateway, name, version, labels, table)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise RunStoppedError(f"{error.strerror or error}{where}") from error
    print(f"{counts}; {counts.labels:,} labels, {time.monotonic() - began:.1f} s", flush=True)
    print(f"{table}: md5 {tracked.md5_of(table)}, tracked by DVC", flush=True)
    print(
        f"It holds inputs as people sent them. Commit {tracked.pointer_path(table).name}, and"
        " dvc push where they may be kept",
        flush=True,
    )
    if counts.unfit > 0:
        raise click.exceptions.Exit(SOME_LEFT_OUT)


@click.command()
@click.argument("model")
@click.option("--folder", type=click.Path(path_type=Path), help=FOLDER_HELP)
@click.option(
    "--held-out",
    "share",
    type=click.FloatRange(0.1, 0.5),
    default=0.25,
    show_default=True,
    help="Share of the labelled rows that are measured on and not learnt from.",
)
def retrain(model: str, folder: Path | None, share: float) -> None:
    """Train a candidate of MODEL on its training data and the labelled predictions.

    It is measured beside the versions in service on rows that none of them has learnt from, logged
    to MLflow, and written to training/models/feedback. functions/ stays as it is.
    """
    from . import files, tracked
    from .recipes import find_recipe
    from .report import print_report
    from .retraining import retrain_model
    from .run import log_candidate

    recipe = find_recipe(model)
    table = tracked.table_path(folder or tracked.FOLDER, recipe.model)
    digest = tracked.tracked_md5(table)
    candidate = retrain_model(recipe, table, digest, share, files.FOLDER / recipe.model)
    print_report(candidate)
    log_candidate(candidate, table, digest)
