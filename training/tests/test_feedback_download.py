"""Downloading labelled predictions from gateways that answer as told, broken ones among them."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from inlet_training.command_line import commands
from inlet_training.errors import InputError
from inlet_training.feedback import keep, tracked
from inlet_training.feedback.download import HEADER, PAGE_ROWS, LabelledPages, download
from inlet_training.feedback.keep import find_labels, keep_table
from inlet_training.score.gateway import Gateway
from inlet_training.score.problems import RunStoppedError

LABELS = ["negative", "positive"]
CSV = "text/csv; charset=utf-8; header=present"


def row(number, text="fine", label="positive", second=0, asked=None):
    asked = json.dumps({"text": text} if asked is None else asked).replace('"', '""')
    moment = f"2026-03-01T12:00:{second:02}.000Z"
    identifier = f"01890a5d-ac96-774b-bcce-{number:012}"
    return f'{identifier},{moment},2.0.0,"{asked}",positive,{label},{moment}\r\n'


def page(*rows, cursor=None, content_type=CSV):
    headers = {"content-type": content_type}
    if cursor is not None:
        path = f"/api/v1/models/sentiment/feedback.csv?limit=1&cursor={cursor}"
        headers["link"] = f'<{path}>; rel="next"'
    return 200, headers, f"{HEADER.decode()}\r\n{''.join(rows)}".encode()


@contextmanager
def gateway_that(respond):
    """respond(cursor, asked before) gives status, headers and bytes of a page."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            cursor = query.get("cursor", [None])[0]
            asked.append(query)
            status, headers, content = respond(cursor, len(asked))
            self.send_response(status)
            # Broken off when it says that it is longer than it is.
            headers = {"content-length": str(len(content)), **headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = headers["content-length"] != str(len(content))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Gateway(f"http://localhost:{server.server_port}", 1, pause=0), asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read(gateway, model="sentiment", version=None):
    file = BytesIO()
    counts = download(LabelledPages(gateway, model, version, pause=0), model, LABELS, file)
    return counts, file.getvalue().decode()


def test_pages_are_followed_to_the_last_and_rows_stay_as_they_are():
    rows = [row(number, f'a "quoted",\nline {number}', second=number) for number in range(3)]

    def respond(cursor, _):
        number = int(cursor or 0)
        return page(rows[number], cursor=number + 1 if number < 2 else None)

    with gateway_that(respond) as (gateway, asked):
        counts, text = read(gateway, version="2.0.0")
    assert text == f"{HEADER.decode()}\r\n{''.join(rows)}"
    assert (counts.rows, counts.labels, counts.hidden, counts.unfit) == (3, 3, 0, 0)
    assert [query.get("cursor") for query in asked] == [None, ["1"], ["2"]]
    assert all(query["version"] == ["2.0.0"] for query in asked)
    assert asked[0]["limit"] == [str(PAGE_ROWS)]


def test_rows_without_their_input_and_rows_of_something_else_are_left_out():
    rows = [
        row(1, asked={"sha256": "0" * 64}),
        row(2, asked="null").replace('"""null"""', "null"),
        row(3, label="excellent"),
        row(4, asked={"features": [[1, 2, 3, 4]]}),
        row(5, "x" * (1 << 20)),
        row(6),
    ]
    with gateway_that(lambda *_: page(*rows)) as (gateway, _):
        counts, text = read(gateway)
    assert (counts.rows, counts.labels, counts.hidden, counts.unfit) == (6, 1, 2, 3)
    assert text.splitlines()[1:] == [rows[5].strip()]
    assert "label excellent is none of negative, positive" in counts.reasons[0]
    assert "row 4: input is not one that sentiment takes" in counts.reasons[1]
    assert "longer than 1048576 bytes" in counts.reasons[2]
    assert "6 labelled predictions = 1 written + 2 without their input + 3" in str(counts)


@pytest.mark.parametrize(
    "broken",
    [
        lambda good: (200, {**good[1], "content-length": str(len(good[2]) + 9)}, good[2]),
        lambda good: (200, good[1], good[2][:-2]),
        lambda good: (503, {"retry-after": "0"}, b"{}"),
    ],
    ids=["broken off", "no end of the last row", "busy"],
)
def test_a_page_that_breaks_is_asked_for_again_from_its_beginning(broken):
    good = page(row(1), row(2))
    pages = {1: page(row(0), cursor="one"), 2: broken(good), 3: good}
    with gateway_that(lambda _, count: pages[count]) as (gateway, asked):
        counts, text = read(gateway)
    assert (counts.labels, text.count("\r\n")) == (3, 4)
    assert [query.get("cursor") for query in asked] == [None, ["one"], ["one"]]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (page(content_type="text/html"), "answers no table"),
        ((200, {"content-type": CSV}, b"<html>\r\n"), "begins with <html>"),
        ((200, {"content-type": CSV}, b"\x1b[31m\xff\r\n"), r"begins with \?\[31m"),
        (page("a,b\r\n"), "row 1 of the table is too few fields: 2"),
        (page(row(1).replace("fine", 'fi"ne')), "row 1 of the table is broken quotes"),
        (
            (200, {"content-type": CSV}, page("fin\xe9\r\n")[2][:-4] + b"\xe9\r\n"),
            "row 1 .* not UTF-8",
        ),
        (page(row(1, second=5), row(2, second=4)), "row 2 is older than the row before it"),
        (page(*map(row, range(PAGE_ROWS + 1))), "more than the 200 rows asked for"),
        (page(row(1), cursor="same"), "lead in a circle"),
        ((200, {"content-type": CSV, "link": '<x>; rel="next"'}, HEADER + b"\r\n"), "no cursor"),
        ((500, {}, b'{"code": "internal", "detail": "It broke"}'), "answers 500: It broke"),
        ((302, {"location": "http://elsewhere"}, b""), "answers 302"),
        ((200, {"content-type": CSV, "content-length": "99999"}, b"x"), "broke off a page 5 times"),
    ],
)
def test_an_answer_that_is_no_such_table_stops_it(answer, words):
    with (
        gateway_that(lambda *_: answer) as (gateway, _),
        pytest.raises(RunStoppedError, match=words),
    ):
        read(gateway)


def test_a_page_without_end_stops_it(monkeypatch):
    monkeypatch.setattr("inlet_training.feedback.download.LARGEST_PAGE", 1_000)
    endless = page(row(1, "x" * 70_000))
    with gateway_that(lambda *_: endless) as (gateway, _), pytest.raises(RunStoppedError) as told:
        read(gateway)
    assert "does not end" in told.value.message


def test_more_rows_than_anybody_gave_stop_it(monkeypatch):
    monkeypatch.setattr("inlet_training.feedback.download.MOST_ROWS", 10)
    with (
        gateway_that(lambda _, count: page(row(count), cursor=count)) as (gateway, asked),
        pytest.raises(RunStoppedError, match="more than 10 rows"),
    ):
        read(gateway)
    assert len(asked) == 11


DESCRIPTION = {
    "name": "sentiment",
    "default_version": "2.0.0",
    "versions": [{"version": "2.0.0", "labels": LABELS}],
}


@pytest.mark.parametrize(
    ("changed", "version", "error", "words"),
    [
        ({}, "9.0.0", InputError, r"no version 9\.0\.0; it has: 2\.0\.0"),
        ({"name": "../../roses"}, None, InputError, "are not known, only of: iris"),
        ({"versions": [{"version": "2.0.0"}]}, None, RunStoppedError, "as no Inlet does"),
        ({"versions": None}, None, RunStoppedError, "as no Inlet does"),
    ],
)
def test_what_is_no_description_of_such_a_model_is_refused(changed, version, error, words):
    content = json.dumps({**DESCRIPTION, **changed}).encode()
    with (
        gateway_that(lambda *_: (200, {}, content)) as (gateway, _),
        pytest.raises(error, match=words),
    ):
        find_labels(gateway, "sentiment", version)


def test_the_table_that_was_there_stays_until_all_of_the_new_one_is(monkeypatch, tmp_path):
    table = tmp_path / "feedback" / "sentiment.csv"
    table.parent.mkdir()
    table.write_text("what was there", encoding="utf-8")
    kept = []
    monkeypatch.setattr(tracked, "track", kept.append)
    answers = [page(), page(row(1, asked={"sha256": "x"})), page("broken\r\n"), page(row(1))]
    errors = [
        (InputError, "first say what predictions should have been"),
        (InputError, "first record inputs with RECORD_INPUT=full"),
        (RunStoppedError, "too few fields"),
    ]
    with gateway_that(lambda _, count: answers[count - 1]) as (gateway, _):
        for error, words in errors:
            with pytest.raises(error, match=words):
                keep_table(gateway, "sentiment", None, LABELS, table)
            assert [path.name for path in table.parent.iterdir()] == [table.name]
            assert table.read_text(encoding="utf-8") == "what was there"
        assert kept == []
        with keep.hold(keep.Paths(table)), pytest.raises(InputError, match="another run"):
            keep_table(gateway, "sentiment", None, LABELS, table)
        keep_table(gateway, "sentiment", None, LABELS, table)
    assert table.read_text(encoding="utf-8").endswith(row(1).replace("\r\n", "\n"))
    assert [path.name for path in table.parent.iterdir()] == [table.name]
    assert kept == [table]


def test_a_folder_outside_of_dvc_is_told(tmp_path):
    def respond(_, count):
        return (200, {}, json.dumps(DESCRIPTION).encode()) if count == 1 else page(row(1))

    with gateway_that(respond) as (gateway, _):
        given = ["feedback", "sentiment", "--gateway", gateway.address, "--folder", str(tmp_path)]
        result = CliRunner().invoke(commands, given)
    assert result.exit_code == 1, result.output
    assert "is written, but DVC does not track it" in result.output
    assert "not inside of a DVC repository" in result.output
