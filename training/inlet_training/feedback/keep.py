"""From the gateway's table to one that DVC tracks."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import InputError
from ..score.files import Paths
from ..score.gateway import Gateway
from ..score.problems import RunStoppedError
from ..score.run import hold
from ..score.served_columns import SERVED_COLUMNS
from . import tracked
from .download import Downloaded, LabelledPages, download


def find_labels(gateway: Gateway, model: str, version: str | None) -> tuple[str, list[str]]:
    """A model's name and all labels of its versions; InputError when it or the version is none."""
    found = gateway.find_model(model)
    try:
        name = str(found["name"])
        labels = {str(each["version"]): list(each["labels"]) for each in found["versions"]}
    except (KeyError, TypeError) as error:
        raise RunStoppedError(f"{gateway.address} describes {model} as no Inlet does") from error
    if name not in SERVED_COLUMNS:
        raise InputError(
            f"the inputs of {name} are not known, only of: {', '.join(SERVED_COLUMNS)}"
        )
    if version is not None and version not in labels:
        raise InputError(f"{name} has no version {version}; it has: {', '.join(labels)}")
    return name, sorted({str(label) for known in labels.values() for label in known})


def keep_table(
    gateway: Gateway, model: str, version: str | None, labels: Sequence[str], table: Path
) -> Downloaded:
    """Replaces a table when all of the new one is there, and has DVC track it.

    InputError when there is nothing to learn from: the table that was there stays.
    """
    paths = Paths(table)
    table.parent.mkdir(parents=True, exist_ok=True)
    with hold(paths):
        try:
            with paths.output_part.open("wb") as file:
                counts = download(LabelledPages(gateway, model, version), model, labels, file)
            for reason in counts.reasons:
                print(f"left out: {reason}", flush=True)
            if counts.labels == 0:
                hint = (
                    "record inputs with RECORD_INPUT=full"
                    if counts.hidden
                    else "say what predictions should have been, by POST"
                    f" {gateway.address}/api/v1/predictions/ID/feedback"
                )
                raise InputError(f"{model} has nothing to learn from ({counts}): first {hint}")
            tracked.replace(paths.output_part, table)
        finally:
            paths.output_part.unlink(missing_ok=True)
        tracked.track(table)
    return counts
