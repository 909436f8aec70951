"""The recorded predictions of one period, or why there are none to compare."""

import psycopg

from ..errors import InputError
from .instances import Instances, expand
from .period import Period
from .prediction_log import known_versions, read_answers
from .tables import check_rows


def read_instances(
    connection: psycopg.Connection, model: str, version: str, period: Period, limit: int
) -> Instances:
    """The newest instances of a period; InputError when there are too few to compare."""
    what = f"{model} {version}, {period}"
    print(f"reading {what}", flush=True)
    instances = expand(model, read_answers(connection, model, version, period, limit), limit)
    print(f"{len(instances.rows):,} predictions read", flush=True)
    if instances.rows:
        check_rows(what, len(instances.rows))
        return instances
    if instances.hidden:
        raise InputError(
            f"{what}: the inputs of {instances.hidden} requests were not recorded; set "
            "RECORD_INPUT=full on the function and choose a period after that."
        )
    if instances.foreign:
        raise InputError(
            f"{what}: {instances.foreign} requests, none of the shape that {model} writes; "
            "choose the version that wrote them."
        )
    known = ", ".join(known_versions(connection, model)) or "none"
    raise InputError(
        f"{what}: no request was answered with 200; choose another period or version "
        f"(versions of {model} in the database: {known})."
    )


def notes_of(instances: Instances) -> tuple[str, ...]:
    """What was left out of a period."""
    notes = []
    if instances.hidden:
        notes.append(f"{instances.hidden} requests left out: their input was not recorded")
    if instances.foreign:
        notes.append(f"{instances.foreign} requests left out: not of the shape of this model")
    return tuple(notes)
