"""Speaks to the gateway: bounded patience, and problems told apart by whose they are."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import click
import urllib3

from ..errors import InputError
from .problems import RunStoppedError

CONNECT_SECONDS = 5
# Longer than the gateway itself waits for a function.
ANSWER_SECONDS = 75
TRIES = 20
LONGEST_PAUSE_SECONDS = 30
# Bytes of a problem document that are read.
LARGEST_PROBLEM = 64 * 1024
# What a busy or restarting gateway, or a proxy before it, answers.
BUSY = (429, 502, 503)
# The gateway's codes for an input that it will never answer.
REFUSED = ("invalid_input", "body_too_large", "inference_failed", "prediction_timeout")
WRONG_CALL = ("not_found", "unknown_model", "unknown_version", "unknown_host")

_ROW = re.compile(r"^(?:texts|features)\.(\d+)\b")


@dataclass(frozen=True)
class Refusal:
    """The gateway does not answer a request because of what is in it."""

    reason: str
    rows: dict[int, str] = field(default_factory=dict)
    """Reasons by index of the row in the request, when the gateway names them."""


def _read_object(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _refusal(problem: dict[str, Any]) -> Refusal:
    rows: dict[int, str] = {}
    reasons = []
    for error in problem.get("errors", []):
        reasons.append(f"{error['field']} {error['reason']}")
        if found := _ROW.match(error["field"]):
            rows.setdefault(int(found[1]), f"the gateway refuses it: {error['reason']}")
    told = "; ".join(reasons) or problem.get("detail", problem["code"])
    return Refusal(f"the gateway refuses it: {told}", rows)


class Gateway:
    """The gateway at an address such as http://localhost:8080; safe to use by several threads."""

    def __init__(self, address: str, connections: int, pause: float = 0.5) -> None:
        """pause: seconds before the second repetition, doubled for each that follows."""
        self.address = address.rstrip("/")
        try:
            url = urllib3.util.parse_url(self.address)
        except urllib3.exceptions.LocationParseError:
            url = urllib3.util.Url()
        if url.scheme not in ("http", "https") or not url.host:
            raise InputError(f"{address} is no address such as http://localhost:8080")
        self._retries = urllib3.Retry(
            total=TRIES,
            redirect=0,
            # Asked again it predicts again: a row in the log too many, never one too few.
            allowed_methods=None,
            status_forcelist=BUSY,
            backoff_factor=pause,
            backoff_max=LONGEST_PAUSE_SECONDS,
            retry_after_max=LONGEST_PAUSE_SECONDS,
            raise_on_status=False,
            raise_on_redirect=False,
        )
        self._pool = urllib3.PoolManager(
            maxsize=connections,
            block=True,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS),
        )

    def _request(
        self, method: str, path: str, body: bytes | None, retries: urllib3.Retry
    ) -> tuple[int, dict[str, Any]]:
        try:
            response = self._pool.request(
                method,
                f"{self.address}{path}",
                body=body,
                headers={"content-type": "application/json"} if body is not None else None,
                retries=retries,
            )
        except urllib3.exceptions.HTTPError as error:
            raise self._unanswered(error) from error
        return response.status, _read_object(response.data)

    def open(self, path: str) -> urllib3.BaseHTTPResponse:
        """A GET answered with 200 whose body is to be read and closed; an error when it is not."""
        try:
            response = self._pool.request(
                "GET",
                f"{self.address}{path}",
                retries=self._retries,
                preload_content=False,
                headers={"accept-encoding": "identity"},
            )
            if response.status == 200:
                return response
            problem = _read_object(response.read(LARGEST_PROBLEM))
            response.close()
        except urllib3.exceptions.HTTPError as error:
            raise self._unanswered(error) from error
        raise self._fail(response.status, problem)

    def _unanswered(self, error: urllib3.exceptions.HTTPError) -> RunStoppedError:
        reason = getattr(error, "reason", None) or error
        return RunStoppedError(
            f"no answer from {self.address}: {reason}. The same command goes on later"
        )

    def _fail(self, status: int, problem: dict[str, Any]) -> click.ClickException:
        code = problem.get("code", "")
        told = problem.get("detail") or code or "no answer of an Inlet gateway"
        kind = InputError if code in WRONG_CALL else RunStoppedError
        return kind(f"{self.address} answers {status}: {told}")

    def find_model(self, name: str) -> dict[str, Any]:
        """The gateway's description of a model by name or alias; InputError when there is none."""
        path = f"/api/v1/models/{quote(name, safe='')}"
        status, content = self._request("GET", path, None, self._retries.new(total=3))
        if status != 200 or not {"name", "default_version", "versions"} <= content.keys():
            raise self._fail(status, content)
        return content

    def predict(self, body: dict[str, Any]) -> dict[str, Any] | Refusal:
        """The gateway's answer to POST /api/v1/predict; InputError when it cannot answer at all."""
        data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        status, content = self._request("POST", "/api/v1/predict", data, self._retries)
        if status == 200 and isinstance(content.get("result"), dict):
            return content
        if content.get("code") in REFUSED:
            return _refusal(content)
        raise self._fail(status, content)
