"""Iris: the best of several classifiers on four measurements."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from sklearn.model_selection import StratifiedKFold

from ...data.tables import read_iris
from ...evaluate.candidates import best, compare
from ...export.onnx_file import open_session
from ...parameters import read_parameters
from ...paths import version_folder
from ...served.iris import VERSION, make_graph
from ...track.served import read_version_facts
from ...train.iris import make_candidates
from ..labelled import Instance
from ..recipe import Answer, Recipe, Rows


def _array(instances: list[Instance]) -> np.ndarray:
    return np.array(instances, np.float32)


def _training() -> Rows:
    features, labels = read_iris()
    return Rows([tuple(row) for row in features.tolist()], labels)


def _choose(rows: Rows) -> tuple[str, Any]:
    parameters = read_parameters("iris")
    candidates = make_candidates(parameters)
    folds = StratifiedKFold(
        parameters["folds"], shuffle=True, random_state=parameters["random_state"]
    )
    name = best(compare(candidates, _array(rows.instances), rows.labels, folds))
    return name, candidates[name]


def _baseline() -> Any:
    chosen = read_version_facts(VERSION.model, VERSION.version)["parameters"]["classifier"]
    return make_candidates(read_parameters("iris"))[chosen]


def _export(classifier: Any) -> tuple[onnx.ModelProto, dict[str, str]]:
    return make_graph(classifier), {}


def _load(folder: Path) -> Answer:
    session = open_session(folder / "model.onnx")

    def answer(instances: list[Instance]) -> np.ndarray:
        (probabilities,) = session.run(["probabilities"], {"features": _array(instances)})
        return np.asarray(probabilities)

    return answer


def _served() -> Mapping[str, Answer]:
    return {VERSION.version: _load(version_folder(VERSION.model, VERSION.version))}


RECIPE = Recipe(
    model=VERSION.model,
    version=VERSION.version,
    stage=VERSION.stage,
    labels=VERSION.labels,
    training=_training,
    tests=lambda: Rows([], np.array([], int)),
    reserved=lambda: [],
    choose=_choose,
    baseline=_baseline,
    array=_array,
    export=_export,
    load=_load,
    served=_served,
)
