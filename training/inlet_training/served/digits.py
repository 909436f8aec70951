"""Digits 1.0.0: a small ensemble of perceptrons on 8x8 images, trained on distorted copies."""

import numpy as np
from sklearn.model_selection import StratifiedKFold, train_test_split

from ..data.tables import LARGEST_INK, read_digits
from ..evaluate.candidates import compare
from ..evaluate.measures import classification_quality
from ..export.digits_graph import make_digits_graph
from ..export.facts import write_facts
from ..export.golden import rounded, write_golden
from ..export.onnx_file import Version, open_session, write_model
from ..export.parity import measure_parity
from ..parameters import read_parameters
from ..preprocess.distort import distort
from ..preprocess.image_descriptors import image_descriptors
from ..train.digits import DistortedEnsemble, make_candidates
from .describe import describe

VERSION = Version("digits", "1.0.0", "digits", tuple("0123456789"))
TOLERANCE = 1e-5
GOLDEN_IMAGES = 100


def make() -> None:
    """Compares, trains, measures and writes the model and what belongs to it."""
    parameters = read_parameters("digits")
    seed = parameters["random_state"]
    rows, digits = read_digits()
    train, test, train_digits, test_digits = train_test_split(
        rows / LARGEST_INK,
        digits,
        test_size=parameters["test_size"],
        stratify=digits,
        random_state=seed,
    )
    print("digits: comparing", flush=True)
    folds = StratifiedKFold(parameters["folds"], shuffle=True, random_state=seed)
    results = compare(make_candidates(parameters), train, train_digits, folds)

    ensemble = DistortedEnsemble(**parameters["ensemble"], random_state=seed)
    ensemble.fit(train, train_digits)
    probabilities = ensemble.predict_proba(test)
    quality = {
        "evaluation": "a quarter of scikit-learn's digits, held out, by the same 13 writers",
        **classification_quality(probabilities, test_digits),
    }
    print(f"digits: {quality}", flush=True)

    session = open_session(write_model(make_digits_graph(ensemble.networks_, LARGEST_INK), VERSION))
    distorted = distort(test.reshape(-1, 8, 8), np.random.default_rng(seed)).reshape(test.shape)
    compared = np.concatenate([test, distorted])
    images = (compared * LARGEST_INK).astype(np.float32).reshape(-1, 8, 8)
    (served,) = session.run(["probabilities"], {"image": images})
    cases = [
        {
            "request": {"image": image.astype(int).tolist()},
            "outputs": {"probabilities": rounded(probabilities[index : index + 1])},
        }
        for index, image in enumerate(images[:GOLDEN_IMAGES])
    ]
    write_golden("digits", VERSION.version, TOLERANCE, cases)
    describe(
        VERSION,
        image_descriptors((train * LARGEST_INK).reshape(-1, 8, 8)),
        probabilities,
        test_digits,
    )
    members, units = parameters["ensemble"]["members"], parameters["ensemble"]["hidden_units"]
    write_facts(
        VERSION,
        parameters,
        results,
        {
            "description": f"Mean of {members} perceptrons of {units} hidden units.",
            "batchable": True,
            "max_batch": 64,
            "parity": measure_parity(ensemble.predict_proba(compared), served, TOLERANCE),
            "quality": quality,
        },
    )
