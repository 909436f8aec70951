"""Scoring a file: what is written, what is rejected, and what a sudden end leaves behind."""

import csv
import itertools
import os

import numpy as np
import pytest
from filelock import FileLock

from inlet_training.errors import InputError
from inlet_training.score import run
from inlet_training.score.columns import Column
from inlet_training.score.files import Paths
from inlet_training.score.header import read_header
from inlet_training.score.run import Choices, score_file
from inlet_training.score.scorer import Rejection

TIME = "prediction_time"


class Adding:
    """Answers width + height, and refuses a sum of 13."""

    columns = (Column("width"), Column("height"))
    further_columns = ()

    def __init__(self, version="1"):
        self.identity = {"model": "sum", "version": version}
        self.rows_of_calls = []

    def score(self, table):
        sums = table["width"] + table["height"]
        self.rows_of_calls.append(len(sums))
        return [Rejection("an unlucky sum") if each == 13 else (f"{each:g}",) for each in sums]


def score(source, output, scorer=None, chunk_rows=3, **choices):
    choices = Choices(chunk_rows, **choices)
    return score_file(source, read_header(source), output, scorer or Adding(), choices)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files_of(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "input" / "rows.csv"
    path.parent.mkdir()
    lines = ["note,height,id,width"]
    lines += [
        f'"row ""{number}"",\nnext",{number},={number}+1,{number % 5}' for number in range(40)
    ]
    lines[4] = "x,nan,4,1"
    lines[8] = "x,1,8"
    lines[11] = "x,10,11,3"
    path.write_text("\r\n".join(lines), encoding="utf-8", newline="")
    return path


@pytest.fixture
def output(tmp_path):
    path = tmp_path / "output" / "scores.csv"
    path.parent.mkdir()
    return path


def test_columns_are_found_by_name_and_copied_byte_for_byte(source, output):
    counts = score(source, output)
    rows = read(output)
    assert list(rows[0]) == ["note", "height", "id", "width", "prediction", TIME]
    assert [float(row["prediction"]) for row in rows] == [
        float(row["width"]) + float(row["height"]) for row in rows
    ]
    assert rows[0]["note"] == 'row "0",\nnext'
    assert rows[0]["id"] == "=0+1"
    assert rows[0][TIME].endswith("Z")
    assert (counts.read, counts.written, counts.rejected) == (40, 36, 4)
    kept = output.read_bytes().split(b"\r\n")
    assert all(line.rsplit(b",", 2)[0] in source.read_bytes() for line in kept)


def test_rejected_rows_have_their_line_the_reason_and_the_row_as_it_was(source, output):
    score(source, output)
    assert read(Paths(output).rejected) == [
        {"line": "8", "reason": "height is not a number: nan", "row": "x,nan,4,1"},
        {"line": "15", "reason": "too few fields: 3 instead of 4", "row": "x,1,8"},
        {"line": "18", "reason": "an unlucky sum", "row": '"row ""9"",\nnext",9,=9+1,4'},
        {"line": "20", "reason": "an unlucky sum", "row": "x,10,11,3"},
    ]


def test_rows_that_are_all_good_leave_no_other_file(tmp_path, output):
    source = tmp_path / "rows.csv"
    source.write_text("width,height\n1,2\n", encoding="utf-8")
    assert score(source, output).written == 1
    assert files_of(output.parent) == ["scores.csv"]


def test_a_header_alone_gives_a_header(tmp_path, output):
    source = tmp_path / "rows.csv"
    source.write_bytes(b"\xef\xbb\xbfwidth,height")
    assert score(source, output).read == 0
    assert output.read_bytes() == b"\xef\xbb\xbfwidth,height,prediction,prediction_time\n"


def test_predictions_are_made_for_a_chunk_at_once(source, output):
    scorer = Adding()
    score(source, output, scorer, chunk_rows=20)
    assert scorer.rows_of_calls == [18, 20]


@pytest.mark.parametrize(
    "kept", ["", "1e999", "Infinity", "-inf", "1e39", "1_000", "0x1", "٣", "a"]
)
def test_what_is_no_finite_number_is_rejected(tmp_path, output, kept):
    source = tmp_path / "rows.csv"
    source.write_text(f"width,height\n{kept},2\n 1.5 ,2\n", encoding="utf-8")
    score(source, output)
    assert [row["prediction"] for row in read(output)] == ["3.5"]
    (rejected,) = read(Paths(output).rejected)
    assert rejected["reason"].startswith("width is ") and rejected["row"] == f"{kept},2"


def test_bytes_that_are_not_utf_8_are_rejected_as_they_were(tmp_path, output):
    source = tmp_path / "rows.csv"
    source.write_bytes(b'width,height,"name"\n1,2,\xff"\x00\n3,4,ok\n')
    assert score(source, output).rejected == 1
    assert b',"1,2,\xff""\x00"\n' in Paths(output).rejected.read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"width,deep\n1,2\n", "lacks height; its columns are width, deep"),
        (b"width;height\n1;2\n", "must be separated by commas"),
        (b"width,height,width\n", "two columns of the name width"),
        (b"width,height,prediction\n", "already has a column prediction"),
        (b"width,height,prediction_time\n", "already has a column prediction_time"),
        (b'width,"height\n', "broken quotes"),
        (b"\xff\xfew\x00", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_scored_is_refused_before_anything_is_written(
    tmp_path, output, content, message
):
    source = tmp_path / "rows.csv"
    source.write_bytes(content)
    with pytest.raises(InputError, match=message):
        score(source, output)
    assert files_of(output.parent) == []


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_an_input_that_is_no_file_is_refused(tmp_path, name):
    with pytest.raises(InputError):
        read_header(tmp_path / name)


def test_an_output_that_is_there_is_kept_unless_it_may_be_overwritten(source, output):
    output.write_text("precious", encoding="utf-8")
    with pytest.raises(InputError, match="--overwrite"):
        score(source, output)
    assert output.read_text(encoding="utf-8") == "precious"
    Paths(output).rejected.write_text("old", encoding="utf-8")
    source.write_text("width,height\n1,2\n", encoding="utf-8")
    score(source, output, may_overwrite=True)
    assert files_of(output.parent) == ["scores.csv"]
    assert len(read(output)) == 1


def test_input_and_output_must_differ(source):
    with pytest.raises(InputError, match="same file"):
        score(source, source, may_overwrite=True)


def test_the_folder_of_the_output_must_be_there(source, tmp_path):
    with pytest.raises(InputError, match="make it first"):
        score(source, tmp_path / "nowhere" / "scores.csv")


def test_two_runs_do_not_write_one_output(source, output):
    with FileLock(Paths(output).lock), pytest.raises(InputError, match="another run"):
        score(source, output)
    assert not output.exists()


class SuddenEnd(BaseException):
    """Stands for a process that ends between two operations on the disk."""


def end_before(monkeypatch, operation_number):
    """Ends at the n-th operation that changes a file for good, and does none after it."""
    counter = itertools.count(1)
    for module, name in ((os, "write"), (os, "fsync"), (os, "replace"), (os, "unlink")):
        operate = getattr(module, name)

        def counted(*given, operate=operate, **named):
            if next(counter) >= operation_number:
                raise SuddenEnd
            return operate(*given, **named)

        monkeypatch.setattr(module, name, counted)


def without_time(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [row[:-1] for row in csv.reader(file)]


def test_a_run_that_ends_between_any_two_operations_is_continued_without_a_trace(
    source, output, monkeypatch
):
    score(source, output)
    expected, rejected = without_time(output), Paths(output).rejected.read_bytes()
    paths = Paths(output)
    ended = 0
    for operation_number in itertools.count(1):
        output.unlink()
        paths.rejected.unlink()
        with monkeypatch.context() as patch:
            end_before(patch, operation_number)
            try:
                score(source, output, chunk_rows=8)
            except SuddenEnd:
                ended += 1
            else:
                break
        # Without a journal it had only to end: the output is whole, and a second run would refuse.
        if paths.journal.exists() or not output.exists():
            counts = score(source, output, chunk_rows=8)
            assert (counts.written, counts.rejected) == (36, 4)
        paths.lock.unlink(missing_ok=True)
        assert without_time(output) == expected
        assert paths.rejected.read_bytes() == rejected
        assert files_of(output.parent) == ["scores.csv", "scores.csv.rejected.csv"]
    assert ended > 40


def ended_run(source, output, monkeypatch):
    with monkeypatch.context() as patch:
        end_before(patch, 40)
        with pytest.raises(SuddenEnd):
            score(source, output)
    assert Paths(output).journal.exists()


def test_a_continued_run_does_not_predict_again_what_is_written(
    source, output, monkeypatch, capsys
):
    ended_run(source, output, monkeypatch)
    scorer = Adding()
    score(source, output, scorer)
    assert 0 < sum(scorer.rows_of_calls) < 36
    assert "goes on behind" in capsys.readouterr().out


def test_a_run_is_not_continued_with_another_input(source, output, monkeypatch):
    ended_run(source, output, monkeypatch)
    source.write_bytes(source.read_bytes() + b"\r\nx,1,1,1")
    with pytest.raises(InputError, match=r"the input is not the file it was.*--restart"):
        score(source, output)
    assert score(source, output, begin_anew=True).read == 41


def test_a_run_is_not_continued_with_another_version(source, output, monkeypatch):
    ended_run(source, output, monkeypatch)
    with pytest.raises(InputError, match=r"version 1; now it is model sum, version 2.*--restart"):
        score(source, output, Adding("2"))
    assert score(source, output, Adding("2"), begin_anew=True).read == 40


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"schema_version": 9}', '{"schema_version": 1}']
)
def test_a_journal_that_cannot_be_read_is_named(source, output, content):
    Paths(output).journal.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="--restart"):
        score(source, output)
    assert score(source, output, begin_anew=True).read == 40


def test_files_shorter_than_their_journal_are_named(source, output, monkeypatch):
    ended_run(source, output, monkeypatch)
    os.truncate(Paths(output).output_part, 3)
    with pytest.raises(InputError, match="shorter than its journal"):
        score(source, output)


def test_an_input_that_grows_while_it_is_read_gives_no_output(source, output):
    class Meddling(Adding):
        def score(self, table):
            with source.open("ab") as file:
                file.write(b"\r\nx,1,1,1")
            return super().score(table) if np.any(table["height"] < 30) else []

    with pytest.raises(InputError, match="changed while it was read"):
        score(source, output, Meddling(), chunk_rows=50)
    assert not output.exists()


def test_progress_is_told(source, output, monkeypatch, capsys):
    monkeypatch.setattr(run, "PROGRESS_SECONDS", 0)
    score(source, output, chunk_rows=20)
    told = capsys.readouterr().out.splitlines()
    assert [line.split(" rows, ")[0] for line in told] == ["20", "40"]
    assert all("rows/s" in line for line in told)
