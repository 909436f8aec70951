"""DVC's settings, and a push to and a pull from an S3 server on this machine."""

import configparser
import shutil
import subprocess

import boto3
import pytest
from dvc.repo import Repo
from moto.server import ThreadedMotoServer

from inlet_training.data.raw import write_raw_files
from inlet_training.paths import REPOSITORY

SETTINGS = (".dvc/config", ".dvc/.gitignore", ".dvcignore")


@pytest.fixture
def server(monkeypatch, tmp_path):
    """An empty S3 server with the project's bucket; its address."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("DVC_SITE_CACHE_DIR", "DVC_GLOBAL_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("DVC_NO_ANALYTICS", "1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=address).create_bucket(Bucket="mlops-exam")
    yield address
    server.stop()


def test_the_settings_name_the_remotes_and_hold_no_secret():
    settings = configparser.ConfigParser()
    settings.read(REPOSITORY / ".dvc" / "config")
    assert settings["core"]["analytics"] == "false"
    assert settings["core"]["remote"] == "s3"
    assert dict(settings["'remote \"s3\"'"]) == {"url": "s3://mlops-exam/dvc-store"}
    assert dict(settings["'remote \"local\"'"]) == {"url": "store"}
    assert "/store" in (REPOSITORY / ".dvc" / ".gitignore").read_text().splitlines()


def test_what_is_pushed_to_s3_comes_back_byte_for_byte(server, tmp_path):
    clone = tmp_path / "clone"
    data = clone / "training" / "data"
    for name in SETTINGS:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, clone / name)
    write_raw_files(data / "raw")
    for path in (REPOSITORY / "training" / "data").glob("*.dvc"):
        shutil.copy(path, data / path.name)
    (clone / ".dvc" / "config.local").write_text(
        f"['remote \"s3\"']\n    endpointurl = {server}\n", encoding="utf-8"
    )
    subprocess.run(["git", "init", "--quiet", str(clone)], check=True)

    tracked = [str(path) for path in sorted(data.glob("*.dvc"))]
    written = {path.name: path.read_bytes() for path in (data / "raw").iterdir()}
    with Repo(str(clone)) as repository:
        for path in tracked:
            repository.commit(path)
        assert repository.status(tracked) == {}
        assert repository.push() == len(written)
        shutil.rmtree(clone / ".dvc" / "cache")
        shutil.rmtree(data / "raw")
        repository.pull()
    assert {path.name: path.read_bytes() for path in (data / "raw").iterdir()} == written
