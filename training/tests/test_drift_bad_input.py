"""What detect-drift says to files and options that it cannot use."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from inlet_training.drift.command import detect_drift
from inlet_training.drift.read_csv import read_csv

ROWS = 120


def table(header: str = "length,colour", value: str = "1.5,red", rows: int = ROWS) -> str:
    return "\n".join([header, *([value] * rows)]) + "\n"


def with_line(number: int, line: str) -> str:
    lines = table().splitlines()
    lines[number - 1] = line
    return "\n".join(lines)


def run(folder: Path, baseline: bytes | str | None, current: bytes | str | None, *options: str):
    paths = {"baseline": folder / "baseline.csv", "current": folder / "current.csv"}
    for path, content in zip(paths.values(), (baseline, current), strict=True):
        if content is not None:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = folder / "drift.html"
    named = [f"--{name}={path}" for name, path in paths.items()]
    outcome = CliRunner().invoke(detect_drift, [*named, f"--report={report}", *options])
    assert not report.exists()
    return outcome


@pytest.mark.parametrize(
    ("current", "words"),
    [
        (None, ["current.csv", "no such file", "name another"]),
        ("", ["current.csv", "empty", "header"]),
        ("\n\n", ["current.csv", "empty"]),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ["current.csv", "UTF-8"]),
        (b"PK\x03\x04\x00,\x00\n\x00,\x00\n", ["current.csv", "not CSV", "binary"]),
        (table().encode("utf-16"), ["current.csv", "UTF-8"]),
        ('length,colour\n1,"red\n', ["current.csv", "not CSV"]),
        (table("length;colour", "1.5;red"), ["current.csv", "length", "missing", "commas"]),
        (table("length", "1.5"), ["current.csv", "'colour'", "missing", "add"]),
        (table("length,colour,size", "1,red,2"), ["current.csv", "'size'", "remove"]),
        (table("length,colour,length", "1,red,2"), ["current.csv", "'length'", "2 times"]),
        (table("length,", "1,red"), ["current.csv", "no name"]),
        (table("length,colour", ",red"), ["current.csv", "'length'", "no value in any row"]),
        (table("length,colour", "NaN,red"), ["current.csv", "'length'", "no value in any row"]),
        (table(rows=99), ["current.csv", "99 rows", "100"]),
        (table(rows=0), ["current.csv", "0 rows", "100"]),
        (with_line(7, "wide,red"), ["current.csv, line 7", "'length'", "'wide'"]),
        (table(value="wide,red"), ["current.csv, line 2", "'length'", "numbers"]),
        (with_line(5, "1.5"), ["current.csv, line 5", "1 values for 2 columns"]),
        (with_line(5, "1.5,red,2"), ["current.csv, line 5", "3 values for 2 columns"]),
        (with_line(9, "inf,red"), ["current.csv, line 9", "'length'", "beyond"]),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_remedy(tmp_path, current, words):
    outcome = run(tmp_path, table(), current)
    assert outcome.exit_code == 2
    assert outcome.output.startswith("Error: ")
    for word in words:
        assert word in outcome.output


def test_the_baseline_is_checked_too(tmp_path):
    for baseline, word in ((None, "no such file"), (table(rows=5), "5 rows")):
        outcome = run(tmp_path, baseline, table())
        assert outcome.exit_code == 2
        assert "baseline.csv" in outcome.output
        assert word in outcome.output


def test_names_that_the_page_could_not_tell_apart_are_refused(tmp_path):
    content = table("a<b,a‹b", "1.5,2.5")
    outcome = run(tmp_path, content, content)
    assert outcome.exit_code == 2
    assert "differ only in <" in outcome.output


def test_a_byte_order_mark_spaces_and_empty_lines_are_passed_over(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b'\xef\xbb\xbf length , colour\r\n\r\n1.5, "red"\r\n2,"a\nb"\n')
    read = read_csv(path)
    assert read.columns == {"length": ["1.5", "2"], "colour": ['"red"', "a\nb"]}
    assert read.lines == [3, 5]


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "current.csv").mkdir()
    outcome = run(tmp_path, table(), None)
    assert outcome.exit_code == 2
    assert "cannot be read" in outcome.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--watch=weight"], ["--watch weight", "no such column", "length, colour"]),
        (["--drift-share=1.5"], ["--drift-share 1.5", "from 0 to 1"]),
        (["--drift-share=-0.1"], ["--drift-share -0.1"]),
        (["--drift-share=nan"], ["--drift-share nan"]),
        (["--drift-share=half"], ["not a valid float"]),
        (["--alpha=0"], ["--alpha 0", "between 0 and 1"]),
    ],
)
def test_an_option_that_cannot_be_used_is_named(tmp_path, options, words):
    outcome = run(tmp_path, table(), table(), *options)
    assert outcome.exit_code == 2
    for word in words:
        assert word in outcome.output
