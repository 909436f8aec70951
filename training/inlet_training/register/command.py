"""The commands of the model registry."""

import click


@click.command()
@click.option("--experiment", default="exam-training", show_default=True)
@click.option("--top", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--above", type=float, default=0.85, show_default=True, help="Accuracy.")
def runs(experiment: str, top: int, above: float) -> None:
    """Print the most accurate finished runs above an accuracy."""
    from ..track.store import connect
    from .query import best_runs, run_table

    found = best_runs(connect(), experiment, top, above)
    print(run_table(found) if found else f"no finished run of {experiment} above {above}")


@click.command()
@click.argument("model")
def register(model: str) -> None:
    """Register exam's best forest, a served MODEL's tracked versions, or all; to Staging."""
    from ..errors import InputError
    from ..track.served import served_versions
    from ..track.store import connect
    from .models import register_exam, register_served
    from .registry import EXAM

    client = connect()
    models = [EXAM, *dict(served_versions())]
    if model not in [*models, "all"]:
        raise InputError(f"there is no model {model}; there are: {', '.join(models)}, all")
    for name in models if model == "all" else [model]:
        try:
            print(register_exam(client) if name == EXAM else register_served(client, name))
        except InputError as error:
            if model != "all":
                raise
            print(f"skipped: {error.message}", flush=True)


@click.command()
@click.argument("name")
@click.option("--version", help="By number or semver, instead of the one in Staging.")
def promote(name: str, version: str | None) -> None:
    """Move a registered model's version from Staging to Production."""
    from ..track.store import connect
    from .registry import promote_version, registered_name

    registered = registered_name(name)
    number = promote_version(connect(), registered, version)
    print(f"{registered}: version {number} in Production")


@click.command()
def registry() -> None:
    """Print every registered version with its stage and aliases."""
    from ..track.store import connect
    from .registry import registry_table

    print(registry_table(connect()))
