"""Trains a candidate and measures it beside the versions in service."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold

from ..errors import InputError
from ..parameters import read_parameters
from ..score.header import read_header
from ..score.records import read_records
from .divide import Divided, divide, identity
from .files import CANDIDATE, write_candidate
from .labelled import COLUMNS, Example, HiddenInputError, UnfitRowError, read_row
from .recipe import Answer, Recipe, Rows

FEWEST_HELD_OUT = 20


@dataclass(frozen=True)
class Measured:
    """The answers of several models to the same rows; probabilities [N,classes] by model."""

    name: str
    title: str
    labels: np.ndarray
    answers: dict[str, np.ndarray]


@dataclass(frozen=True)
class Candidate:
    """A trained model that is not in service, and how well it does."""

    recipe: Recipe
    kind: str
    share: float
    training_rows: int
    divided: Divided
    measured: list[Measured]
    paths: list[Path]
    """model.onnx, and the files that stand beside it."""


def read_examples(table: Path, recipe: Recipe) -> list[Example]:
    """The examples of a table; InputError with the line of the first row that is none."""
    header = read_header(table)
    if tuple(header.names) != COLUMNS:
        raise InputError(f"{table}: its columns are not {', '.join(COLUMNS)}")
    examples: list[Example] = []
    with table.open("rb") as file:
        for record in read_records(file, len(COLUMNS), header.end, header.next_line):
            try:
                if record.problem:
                    raise UnfitRowError(record.problem)
                examples += read_row(recipe.model, recipe.labels, record.fields)
            except (UnfitRowError, HiddenInputError) as error:
                raise InputError(f"{table}, line {record.line}: {error}") from None
    return examples


def _rows_of(examples: list[Example], recipe: Recipe) -> Rows:
    labels = np.array([recipe.labels.index(example.label) for example in examples], int)
    return Rows([example.instance for example in examples], labels)


def _fit(recipe: Recipe, classifier: Any, rows: Rows) -> Any:
    return clone(classifier).fit(recipe.array(rows.instances), rows.labels)


def _cross_validate(recipe: Recipe, classifier: Any, rows: Rows, also: Rows) -> np.ndarray:
    """Probabilities of each row by a classifier that learnt the other folds, and also."""
    parameters = read_parameters(recipe.stage)
    folds = StratifiedKFold(
        parameters["folds"], shuffle=True, random_state=parameters["random_state"]
    )
    probabilities = np.zeros((len(rows.labels), len(recipe.labels)))
    for learn, test in folds.split(np.zeros(len(rows.labels)), rows.labels):
        fitted = _fit(recipe, classifier, rows.select(learn) + also)
        probabilities[test] = fitted.predict_proba(recipe.array(rows.select(test).instances))
    return probabilities


def _measure_known(
    recipe: Recipe, classifier: Any, candidate: Answer, training: Rows, learnt: Rows
) -> Measured:
    """How well it does on the rows of old that it has not learnt."""
    tests = recipe.tests()
    if tests.instances:
        answers = {CANDIDATE: candidate(tests.instances)}
        answers |= {name: answer(tests.instances) for name, answer in recipe.served().items()}
        return Measured("tests", "the test rows of old", tests.labels, answers)
    nothing = Rows([], np.array([], int))
    answers = {
        CANDIDATE: _cross_validate(recipe, classifier, training, learnt),
        # The version in service has learnt all of these: compared is its kind, fold by fold.
        recipe.version: _cross_validate(recipe, recipe.baseline(), training, nothing),
    }
    title = "the training rows of old, each by models that learnt the other folds"
    return Measured("tests", title, training.labels, answers)


def retrain_model(
    recipe: Recipe, table: Path, feedback_md5: str, share: float, folder: Path
) -> Candidate:
    """Trains on the training data and the labelled rows but a share, which it is measured on.

    What is measured are the files that it writes to folder.
    """
    training = recipe.training()
    by_identity = {identity(instance): index for index, instance in enumerate(training.instances)}
    reserved = {identity(instance) for instance in recipe.reserved()}
    divided = divide(read_examples(table, recipe), set(by_identity), reserved, share)
    if len(divided.held_out) < FEWEST_HELD_OUT:
        raise InputError(
            f"{table}: {len(divided.held_out)} of its {len(divided.learnt) + len(divided.held_out)}"
            f" different rows can be measured on, fewer than {FEWEST_HELD_OUT}: give more feedback,"
            " or hold out more with --held-out"
        )
    learnt, held_out = _rows_of(divided.learnt, recipe), _rows_of(divided.held_out, recipe)
    replaced = {identity(instance) for instance in learnt.instances}
    # Each row once: the last of equal ones, so that no fold has on both sides the same row.
    kept = [index for key, index in by_identity.items() if key not in replaced]
    training = training.select(np.array(kept, int))

    everything = training + learnt
    kind, classifier = recipe.choose(everything)
    fitted = _fit(recipe, classifier, everything)
    paths = write_candidate(recipe, *recipe.export(fitted), feedback_md5, folder)
    candidate = recipe.load(folder)
    answers = {CANDIDATE: candidate(held_out.instances)}
    answers |= {name: answer(held_out.instances) for name, answer in recipe.served().items()}
    on_feedback = Measured("feedback", "labelled rows held out", held_out.labels, answers)
    on_known = _measure_known(recipe, classifier, candidate, training, learnt)
    return Candidate(
        recipe,
        kind,
        share,
        len(training.instances),
        divided,
        [on_feedback, on_known],
        paths,
    )
