"""The raw tables are the published ones, and the ones that DVC tracks."""

import hashlib

import numpy as np
import pandas
import pytest
import yaml
from sklearn.datasets import load_breast_cancer, load_digits, load_iris

from inlet_training.data.columns import BREAST_CANCER_FEATURES, TARGET
from inlet_training.data.raw import write_raw_files
from inlet_training.data.tables import IRIS_FEATURES
from inlet_training.paths import DATA


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return {path.stem: path for path in write_raw_files(tmp_path_factory.mktemp("raw"))}


@pytest.mark.parametrize("name", ["train", "iris", "digits"])
def test_a_written_file_is_the_one_that_dvc_tracks(written, name):
    (tracked,) = yaml.safe_load((DATA / f"{name}.csv.dvc").read_text(encoding="utf-8"))["outs"]
    content = written[name].read_bytes()
    assert tracked == {
        "md5": hashlib.md5(content).hexdigest(),
        "size": len(content),
        "hash": "md5",
        "path": f"raw/{name}.csv",
    }
    assert b"\r" not in content


def test_every_table_that_dvc_tracks_is_written(written):
    assert {path.name for path in DATA.glob("*.dvc")} == {f"{name}.csv.dvc" for name in written}


def test_the_exams_table_holds_the_published_values_to_the_last_digit(written):
    table = pandas.read_csv(written["train"])
    published = load_breast_cancer()
    assert tuple(table.columns) == (*BREAST_CANCER_FEATURES, TARGET)
    np.testing.assert_array_equal(table[list(BREAST_CANCER_FEATURES)], published.data)
    np.testing.assert_array_equal(table[TARGET], published.target)


def test_iris_and_digits_hold_the_published_values_too(written):
    flowers, published = pandas.read_csv(written["iris"]), load_iris()
    assert tuple(flowers.columns) == (*IRIS_FEATURES, "species")
    np.testing.assert_array_equal(flowers[list(IRIS_FEATURES)], published.data)
    np.testing.assert_array_equal(flowers["species"], published.target_names[published.target])
    images, published = pandas.read_csv(written["digits"]), load_digits()
    np.testing.assert_array_equal(images.iloc[:, :64], published.data)
    np.testing.assert_array_equal(images.iloc[:, 64], published.target)
