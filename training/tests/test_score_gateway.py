"""Scoring over the gateway: against one that answers as told, and against the real one."""

import csv
import json
import re
import statistics
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from inlet_training.errors import InputError
from inlet_training.paths import FUNCTIONS
from inlet_training.score.command import score
from inlet_training.score.gateway import Gateway
from inlet_training.score.gateway_scorer import GatewayScorer
from inlet_training.score.problems import RunStoppedError
from inlet_training.score.scorer import Rejection

MODEL = {"name": "sentiment", "default_version": "2.0.0", "versions": [{"version": "2.0.0"}]}


def table(*texts):
    return {"text": np.array(texts, dtype=object)}


def problem(code, *errors):
    return {"code": code, "errors": [{"field": field, "reason": why} for field, why in errors]}


def answer(texts):
    """As the gateway's: a text is positive when it has a plus."""
    results = [
        {"label": "positive" if "+" in text else "negative", "score": 1, "confidence": len(text)}
        for text in texts
    ]
    return {"prediction_id": f"id-{len(texts)}", "result": {"results": results}}


@contextmanager
def gateway_that(respond):
    """A gateway of one model; respond(body) gives status, headers and content for a prediction."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def send(self, status, headers, content):
            data = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "content-length": len(data)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self):
            if self.path == "/api/v1/models/sentiment":
                self.send(200, {}, MODEL)
            else:
                self.send(404, {}, problem("unknown_model"))

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append(body)
            self.send(*respond(body))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def scorer_at(address, concurrency=1, version=None):
    return GatewayScorer(Gateway(address, concurrency, pause=0), "sentiment", version, concurrency)


def test_rows_go_several_to_a_request_and_come_back_in_their_order():
    with gateway_that(lambda body: (200, {}, answer(body["texts"]))) as (address, asked):
        outcomes = scorer_at(address, concurrency=4).score(
            table(*("+" * (number % 3) + "x" * number for number in range(1, 200)))
        )
    assert [outcome[1] for outcome in outcomes] == [
        str(number % 3 + number) for number in range(1, 200)
    ]
    assert sorted(len(body["texts"]) for body in asked) == [7, 64, 64, 64]
    assert {(body["model"], body["version"]) for body in asked} == {("sentiment", "2.0.0")}


def test_no_more_requests_are_on_their_way_than_allowed():
    lock, at_once, most = threading.Lock(), 0, 0
    second = threading.Barrier(2)

    def respond(body):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        second.wait(timeout=20)
        with lock:
            at_once -= 1
        return 200, {}, answer(body["texts"])

    with gateway_that(respond) as (address, asked):
        scorer_at(address, concurrency=2).score(table(*["text"] * (64 * 6)))
    assert (most, len(asked)) == (2, 6)


def test_long_texts_make_small_requests():
    with gateway_that(lambda body: (200, {}, answer(body["texts"]))) as (address, asked):
        scorer_at(address).score(table(*["x" * 200_000] * 6))
    assert [len(body["texts"]) for body in asked] == [2, 2, 2]


def test_a_busy_gateway_is_asked_again_when_it_says():
    busy = iter([503, 503, 429, 502])

    def respond(body):
        status = next(busy, 200)
        return status, {} if status == 200 else {"retry-after": "0"}, answer(body["texts"])

    with gateway_that(respond) as (address, asked):
        assert len(scorer_at(address).score(table("a", "b"))) == 2
    assert len(asked) == 5


def test_a_gateway_that_stays_busy_stops_the_run():
    busy = (503, {"retry-after": "0"}, {"code": "overloaded", "detail": "Too many wait"})
    with gateway_that(lambda _: busy) as (address, asked):
        scorer = scorer_at(address)
        with pytest.raises(RunStoppedError, match="answers 503: Too many wait"):
            scorer.score(table("a"))
    assert len(asked) == 21


def test_rows_that_the_gateway_names_are_rejected_and_the_others_asked_again():
    def respond(body):
        bad = [index for index, text in enumerate(body["texts"]) if "bad" in text]
        if bad:
            return 422, {}, problem("invalid_input", (f"texts.{bad[0]}", "must be better"))
        return 200, {}, answer(body["texts"])

    with gateway_that(respond) as (address, _):
        outcomes = scorer_at(address).score(table("+1", "bad", "2", "bad", "+3"))
    labels = [None if isinstance(each, Rejection) else each[0] for each in outcomes]
    assert labels == ["positive", None, "negative", None, "positive"]
    assert outcomes[3] == Rejection("the gateway refuses it: must be better")


@pytest.mark.parametrize(
    ("status", "code"),
    [(413, "body_too_large"), (500, "inference_failed"), (504, "prediction_timeout")],
)
def test_a_row_that_the_gateway_does_not_name_is_found_by_halving(status, code):
    def respond(body):
        refused = "bad" in body["texts"]
        return (status, {}, problem(code)) if refused else (200, {}, answer(body["texts"]))

    with gateway_that(respond) as (address, _):
        outcomes = scorer_at(address).score(table("a", "b", "bad", "c", "d"))
    assert [isinstance(each, Rejection) for each in outcomes] == [False, False, True, False, False]


@pytest.mark.parametrize(
    "response",
    [
        (500, {}, {"code": "internal"}),
        (404, {}, "a page of something else"),
        (200, {}, {"result": {"results": []}, "prediction_id": "id"}),
        (200, {}, {"result": {"results": [{"label": 1}]}, "prediction_id": "id"}),
        (200, {}, {"nothing": "known"}),
        (307, {"location": "/elsewhere"}, {}),
    ],
)
def test_an_answer_that_is_none_stops_the_run(response):
    with gateway_that(lambda _: response) as (address, _):
        scorer = scorer_at(address)
        with pytest.raises(RunStoppedError):
            scorer.score(table("a"))


def test_a_model_or_version_that_is_not_there_is_named():
    with gateway_that(lambda _: None) as (address, _):
        with pytest.raises(InputError, match=r"no version 9\.0\.0; it has: 2\.0\.0"):
            scorer_at(address, version="9.0.0")
        with pytest.raises(InputError, match="answers 404"):
            GatewayScorer(Gateway(address, 1, pause=0), "other", None, 1)


@pytest.mark.parametrize("address", ["localhost:8080", "ftp://host", "http://", "http://[", ""])
def test_an_address_must_be_one(address):
    with pytest.raises(InputError, match="is no address such as"):
        Gateway(address, 1)


def test_a_gateway_that_is_not_there_stops_the_run_with_1(tmp_path):
    with gateway_that(lambda _: None) as (address, _):
        pass
    source = tmp_path / "rows.csv"
    source.write_text("text\nfine\n", encoding="utf-8")
    given = [str(source), str(tmp_path / "out.csv"), "--gateway", address, "--model", "sentiment"]
    result = CliRunner().invoke(score, given)
    assert (result.exit_code, "no answer from" in result.output) == (1, True)


def golden(model):
    """Requests whose answers were checked against the Python original, of the default version."""
    path = max((FUNCTIONS / model / "golden").glob("*.json"), key=lambda path: path.stem)
    return [case["request"] for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]


def real_scores(address, model, source: Path):
    output = source.with_name("out.csv")
    given = [str(source), str(output), "--gateway", address, "--model", model]
    result = CliRunner().invoke(score, [*given, "--concurrency", "4", "--chunk", "50"])
    assert result.exit_code in (0, 3), result.output
    with output.open(encoding="utf-8", newline="") as file:
        return result, list(csv.DictReader(file))


def test_the_real_gateway_scores_texts_with_their_confidence(real_gateway, tmp_path):
    source = tmp_path / "texts.csv"
    rows = [["id", "text"]]
    for number in range(70):
        rows.append([number, "A wonderful evening.\nI loved it!"])
        rows.append([number, "Awful food, and the waiter was rude."])
    rows[40] = ["nul", "a\0b"]
    rows[60] = ["long", "x" * 10_001]
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    result, scores = real_scores(real_gateway, "sentiment", source)
    assert (result.exit_code, "140 rows read = 138 written" in result.output) == (3, True)
    assert [row["prediction"] for row in scores] == [
        "positive" if "loved" in row["text"] else "negative" for row in scores
    ]
    assert all(0.5 <= float(row["confidence"]) <= 1 for row in scores)
    assert all(re.fullmatch(r"[0-9a-f-]{36}", row["prediction_id"]) for row in scores)
    rejected = source.with_name("out.csv.rejected.csv").read_text(encoding="utf-8")
    assert "must not hold U+0000" in rejected
    assert "must have at most 10000 characters" in rejected


def test_the_real_gateway_scores_images(real_gateway, tmp_path):
    source = tmp_path / "images.csv"
    names = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    images = [np.ravel(request["image"]) for request in golden("digits")[:20]]
    lines = [",".join(names), *(",".join(map(str, image)) for image in images)]
    source.write_text("\n".join([*lines, ",".join(["17"] * 64)]), encoding="utf-8")
    result, scores = real_scores(real_gateway, "digits", source)
    assert (result.exit_code, len(scores)) == (3, 20)
    assert {row["prediction"] for row in scores} <= set("0123456789")
    assert len({row["prediction"] for row in scores}) > 5


def test_the_real_gateway_scores_measurements(real_gateway, tmp_path):
    source = tmp_path / "flowers.csv"
    names = ["petal_width", "petal_length", "sepal_width", "sepal_length"]
    flowers = [row[::-1] for request in golden("iris") for row in request["features"]]
    lines = [",".join(names), *(",".join(map(str, flower)) for flower in flowers)]
    source.write_text("\n".join(lines), encoding="utf-8")
    result, scores = real_scores(real_gateway, "iris", source)
    assert (result.exit_code, len(scores)) == (0, len(flowers))
    petals = {
        name: statistics.mean(
            float(row["petal_length"]) for row in scores if row["prediction"] == name
        )
        for name in ("setosa", "versicolor", "virginica")
    }
    assert petals["setosa"] < 2 < petals["versicolor"] < 4.5 < petals["virginica"]


def test_the_real_gateway_sums_up_texts(real_gateway, tmp_path):
    source = tmp_path / "texts.csv"
    text = " ".join(f"The {word} ferry sails." for word in ("first", "second", "third", "fourth"))
    source.write_text(f'text\n"{text}"\n', encoding="utf-8")
    result, (row,) = real_scores(real_gateway, "summarize", source)
    assert (result.exit_code, row["confidence"]) == (0, "")
    assert len(re.findall("ferry sails", row["prediction"])) == 3
