"""Drift of the predictions that a version has recorded."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from .instances import EXPANSIONS, LABEL, Instances
from .period import Period
from .prediction_log import open_log
from .recorded import notes_of, read_instances
from .result import DriftResult
from .sketch import (
    EMBEDDING_DISTANCE,
    compare_with_sketch,
    count_columns,
    count_numbers,
    read_reference,
)
from .tables import Tables, check_limits, check_watch


def make_tables(baseline: Instances, current: Instances, with_embedding: bool) -> Tables:
    """The columns of two periods; with_embedding adds each text's distance to the baseline."""
    before, after = baseline.to_frame(), current.to_frame()
    if with_embedding:
        from .embedding import distance_columns

        first, second = distance_columns(baseline.texts, current.texts)
        before, after = (
            before.assign(**{EMBEDDING_DISTANCE: first}),
            after.assign(**{EMBEDDING_DISTANCE: second}),
        )
    names = [str(name) for name in before]
    labels = [name for name in names if name == LABEL]
    return Tables(before, after, [name for name in names if name != LABEL], labels)


def compare_with_reference(
    reference: dict[str, Any],
    current: Instances,
    with_embedding: bool,
    report: Path | None,
    drift_share: float,
    watch: Sequence[str],
    alpha: float,
) -> DriftResult:
    """Compares a period with the sketch of its version."""
    counts = list(count_columns(reference, current.to_frame()))
    if with_embedding:
        if "embedding" not in reference:
            raise InputError("--embedding: the reference keeps none; compare two periods instead.")
        from .embedding import distances, embed_sentences

        kept = reference["embedding"]
        edges = kept["distance_quantiles"]
        before = np.full(len(edges) + 1, kept["rows"] / (len(edges) + 1))
        live = distances(embed_sentences(current.texts), np.array(kept["mean"]))
        counts.append(count_numbers(EMBEDDING_DISTANCE, edges, before, live))
    return compare_with_sketch(counts, report, drift_share, watch, alpha, notes_of(current))


def drift_predictions(
    database_url: str,
    model: str,
    version: str,
    current: Period,
    baseline: Period | None,
    report: Path | None = None,
    *,
    drift_share: float = 0.5,
    watch: Sequence[str] = (),
    alpha: float = 0.05,
    limit: int = 100_000,
    with_embedding: bool = False,
) -> DriftResult:
    """Compares the predictions of two periods, or of one with the version's reference (None).

    The newest limit instances of each are read. Alarms as those of detect_drift; InputError says
    what is missing.
    """
    check_limits(drift_share, alpha)
    if model not in EXPANSIONS:
        raise InputError(f"--model {model}: not known; there are {', '.join(EXPANSIONS)}.")
    if with_embedding and model not in ("sentiment", "summarize"):
        raise InputError(f"--embedding: {model} reads no text; leave it out.")
    if baseline is not None and baseline.overlaps(current):
        raise InputError("the periods overlap, so that rows would be compared with themselves.")
    reference = None if baseline else read_reference(model, version)
    with open_log(database_url) as connection:
        after = read_instances(connection, model, version, current, limit)
        if baseline is not None:
            before = read_instances(connection, model, version, baseline, limit)
    if reference is not None:
        return compare_with_reference(
            reference, after, with_embedding, report, drift_share, watch, alpha
        )
    tables = make_tables(before, after, with_embedding)
    check_watch(tables.columns, watch)

    # Takes seconds, which a comparison with a reference does not need.
    from .compare import compare

    result = compare(tables, report, drift_share, watch, alpha)
    # Of the tables' own notes there is only the one that not every text is embedded.
    return replace(
        result,
        notes=tuple(f"baseline: {note}" for note in notes_of(before)) + notes_of(after),
    )
