"""The commands that compare data and predictions; exit code 1 is an alarm and nothing else."""

from pathlib import Path

import click

from ..errors import InputError
from ..paths import DATA, REPORTS
from .detect import detect_drift as detect
from .options import comparison, limits
from .result import DriftResult

FILE = click.Path(path_type=Path)


@click.command("detect-drift")
@click.option("--baseline", type=FILE, default=DATA / "baseline.csv", help="CSV to compare with.")
@click.option("--current", type=FILE, default=DATA / "current.csv", help="CSV to compare.")
@click.option("--report", type=FILE, default=REPORTS / "drift.html", help="HTML to write.")
@limits
@comparison
def detect_drift(
    baseline: Path, current: Path, report: Path, drift_share: float, watch: list[str], alpha: float
) -> DriftResult:
    """Compare two CSV files: 0 no alarm, 1 drift, 2 bad input, 3 a failure."""
    return detect(baseline, current, report, drift_share=drift_share, watch=watch, alpha=alpha)


@click.command("drift-predictions")
@click.option("--model", required=True, help="Model whose predictions are compared.")
@click.option("--version", required=True, help="Its version, such as 2.0.0.")
@click.option("--from", "start", required=True, metavar="TIME", help="Start of the period.")
@click.option("--to", "end", metavar="TIME", help="End of the period; now when absent.")
@click.option(
    "--baseline",
    type=click.Choice(["period", "reference"]),
    default="period",
    show_default=True,
    help="What to compare with: another period, or reference.json of the version.",
)
@click.option("--baseline-from", metavar="TIME", help="Start of the period to compare with.")
@click.option("--baseline-to", metavar="TIME", help="End of the period to compare with.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100_000,
    show_default=True,
    help="Newest predictions read of a period.",
)
@click.option("--embedding", is_flag=True, help="Add the distance of each text's embedding.")
@click.option("--report", type=FILE, default=REPORTS / "drift-predictions.html")
@click.option("--database-url", envvar="DATABASE_URL", default="", hidden=True)
@limits
@comparison
def drift_predictions(
    model: str,
    version: str,
    start: str,
    end: str | None,
    baseline: str,
    baseline_from: str | None,
    baseline_to: str | None,
    limit: int,
    embedding: bool,
    report: Path,
    database_url: str,
    drift_share: float,
    watch: list[str],
    alpha: float,
) -> DriftResult:
    """Compare recorded predictions of DATABASE_URL: 0 no alarm, 1 drift, 2 bad input, 3 a failure.

    TIME is ISO 8601, UTC when it names no zone; a period has its start and not its end.
    """
    from .period import read_period
    from .predictions import drift_predictions as compare_predictions

    given = baseline_from is not None or baseline_to is not None
    earlier = None
    if baseline == "reference" and given:
        raise InputError("--baseline reference needs no --baseline-from and --baseline-to.")
    if baseline == "period":
        if baseline_from is None or baseline_to is None:
            raise InputError("give --baseline-from and --baseline-to, or --baseline reference.")
        earlier = read_period(("--baseline-from", "--baseline-to"), baseline_from, baseline_to)
    return compare_predictions(
        database_url,
        model,
        version,
        read_period(("--from", "--to"), start, end),
        earlier,
        report,
        drift_share=drift_share,
        watch=watch,
        alpha=alpha,
        limit=limit,
        with_embedding=embedding,
    )


@click.command("drift-example")
@click.option("--source", type=FILE, default=DATA / "raw" / "train.csv", help="CSV to deal out.")
@click.option("--baseline", type=FILE, default=DATA / "baseline.csv")
@click.option("--current", type=FILE, default=DATA / "current.csv")
@click.option("--shift", type=float, default=0.0, show_default=True, help="Standard deviations.")
@click.option("--seed", type=int, default=0, show_default=True)
def drift_example(source: Path, baseline: Path, current: Path, shift: float, seed: int) -> None:
    """Split a table at random into data/baseline.csv and data/current.csv, the second shifted."""
    from .example import write_example

    first, second = write_example(source, baseline, current, shift, seed)
    print(f"{baseline}: {first} rows\n{current}: {second} rows, shifted by {shift:g}", flush=True)
