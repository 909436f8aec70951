"""The command that scores a CSV file."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .problems import WITH_REJECTED_ROWS, RunStoppedError

if TYPE_CHECKING:
    from .scorer import Scorer

REGISTRY_CHUNK = 10_000
# A served model takes milliseconds a row: what a sudden end loses is to stay small.
GATEWAY_CHUNK = 500


def _make_scorer(
    model: str, stage: str, gateway: str | None, version: str | None, concurrency: int
) -> "Scorer":
    if gateway is None:
        from .registry import load_scorer

        return load_scorer(model, stage)
    from .gateway import Gateway
    from .gateway_scorer import GatewayScorer

    return GatewayScorer(Gateway(gateway, concurrency), model, version, concurrency)


@click.command()
@click.argument("source", metavar="INPUT.csv", type=click.Path(path_type=Path))
@click.argument("output", metavar="OUTPUT.csv", type=click.Path(path_type=Path))
@click.option("--model", required=True, help="Name in the registry, or behind the gateway.")
@click.option("--stage", default="Production", show_default=True, help="Stage in the registry.")
@click.option(
    "--chunk",
    type=click.IntRange(1, 1_000_000),
    help=f"Rows that are scored together [{REGISTRY_CHUNK}; {GATEWAY_CHUNK} over the gateway].",
)
@click.option("--gateway", metavar="URL", help="Ask this gateway, such as http://localhost:8080.")
@click.option("--version", help="Version behind the gateway; without it the model's default one.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="Requests at a time over the gateway.",
)
@click.option("--overwrite", is_flag=True, help="Replace an output that is already there.")
@click.option("--restart", is_flag=True, help="Begin anew instead of continuing an ended run.")
def score(
    source: Path,
    output: Path,
    model: str,
    stage: str,
    chunk: int | None,
    gateway: str | None,
    version: str | None,
    concurrency: int,
    overwrite: bool,
    restart: bool,
) -> None:
    """Write INPUT's columns, prediction and prediction_time (UTC, of the chunk) to OUTPUT.

    The model's columns must be there by name, in any order; others are copied as they are, also
    what a spreadsheet would take for a formula. Rows that cannot be scored go to
    OUTPUT.csv.rejected.csv with line, reason and row. A run that was ended goes on where it was.

    \b
    Exit code 0: every row has a prediction; 3: done, but some rows were rejected;
    2: wrong input or options; 1: could not go on, the same command continues.
    """
    from .files import Paths
    from .header import read_header
    from .run import Choices, check_paths, score_file

    if gateway is None and version is not None:
        raise click.UsageError(
            "--version needs --gateway; the registry's version is that of --stage"
        )
    chunk_rows = chunk or (REGISTRY_CHUNK if gateway is None else GATEWAY_CHUNK)
    choices = Choices(chunk_rows, overwrite, restart)
    began = time.monotonic()
    try:
        header = read_header(source)
        check_paths(source, Paths(output), choices)
        scorer = _make_scorer(model, stage, gateway, version, concurrency)
        print(", ".join(f"{key} {value}" for key, value in scorer.identity.items()), flush=True)
        counts = score_file(source, header, output, scorer, choices)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise RunStoppedError(f"{error.strerror or error}{where}") from error
    print(
        f"{counts.read:,} rows read = {counts.written:,} written to {output}"
        f" + {counts.rejected:,} rejected, {time.monotonic() - began:.1f} s",
        flush=True,
    )
    if counts.rejected > 0:
        print(f"rejected rows, their lines and reasons: {Paths(output).rejected}", flush=True)
        raise click.exceptions.Exit(WITH_REJECTED_ROWS)
