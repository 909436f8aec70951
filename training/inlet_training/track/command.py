"""The command that logs what the stages have written."""

import click


@click.command()
def track() -> None:
    """Log the exam's candidates and every served version to MLflow; what is there is left."""
    from ..errors import InputError
    from .exam import exam_runs
    from .runs import log_run
    from .served import read_version_facts, served_run, served_versions
    from .store import connect

    client = connect()
    runs = []
    try:
        runs += exam_runs()
    except InputError as error:
        print(f"skipped: {error.message}", flush=True)
    for model, version in served_versions():
        facts = read_version_facts(model, version)
        if facts is None:
            print(
                f"skipped: {model} {version}: metrics/{model}-{version}.json is not there:"
                " run dvc repro",
                flush=True,
            )
        else:
            runs.append(served_run(facts))
    for run in runs:
        logged = log_run(client, run)
        result = "logged" if logged else "there already"
        print(f"{run.experiment}: {run.name}: {result}", flush=True)
