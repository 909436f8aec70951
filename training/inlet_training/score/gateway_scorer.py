"""Predictions of a served model, over the gateway's API."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..errors import InputError
from .columns import Table
from .gateway import Gateway, Refusal
from .problems import RunStoppedError
from .scorer import Outcome, Rejection
from .served_requests import SERVED_REQUESTS

# Half of what the gateway takes by default.
LARGEST_BODY = 512 * 1024


class GatewayScorer:
    """One version of a model, asked with a bounded number of requests at a time."""

    further_columns = ("confidence", "prediction_id")

    def __init__(self, gateway: Gateway, model: str, version: str | None, concurrency: int) -> None:
        """Without version the model's default, for the whole run; InputError when it has none."""
        found = gateway.find_model(model)
        name, versions = found["name"], [each["version"] for each in found["versions"]]
        if name not in SERVED_REQUESTS:
            known = ", ".join(SERVED_REQUESTS)
            raise InputError(f"it is not known how rows become input of {name}, only of: {known}")
        version = version or found["default_version"]
        if version not in versions:
            raise InputError(f"{name} has no version {version}; it has: {', '.join(versions)}")
        self.identity = {"model": name, "version": version, "served by": "gateway"}
        self._gateway = gateway
        self._concurrency = concurrency
        self._requests = SERVED_REQUESTS[name]
        self.columns = self._requests.columns

    def _batches(self, instances: list[Any]) -> Iterator[list[Any]]:
        """Instances in order, as many a request as the model and the size of a body allow."""
        batch: list[Any] = []
        size = 0
        for instance in instances:
            bytes_needed = len(json.dumps(instance, ensure_ascii=False).encode())
            full = len(batch) == self._requests.rows_per_request
            if batch and (full or size + bytes_needed > LARGEST_BODY):
                yield batch
                batch, size = [], 0
            batch.append(instance)
            size += bytes_needed
        yield batch

    def _read(self, answer: dict[str, Any], rows: int) -> list[Outcome]:
        try:
            predictions = self._requests.read(answer["result"])
            if len(predictions) != rows:
                raise ValueError
            identifier = str(answer["prediction_id"])
            return [(label, confidence, identifier) for label, confidence in predictions]
        except (KeyError, TypeError, ValueError, IndexError) as error:
            model = self.identity["model"]
            raise RunStoppedError(
                f"the gateway's answer is not one of {model} for {rows} rows"
            ) from error

    def _ask(self, instances: list[Any]) -> list[Outcome]:
        """Outcomes of one request, repeated without the rows that the gateway refuses."""
        answer = self._gateway.predict({**self._requests.body(instances), **self._envelope})
        if not isinstance(answer, Refusal):
            return self._read(answer, len(instances))
        if len(instances) == 1:
            return [Rejection(answer.rows.get(0, answer.reason))]
        named = {index: reason for index, reason in answer.rows.items() if index < len(instances)}
        if not named:
            half = len(instances) // 2
            return [*self._ask(instances[:half]), *self._ask(instances[half:])]
        kept = [each for index, each in enumerate(instances) if index not in named]
        answered = iter(self._ask(kept) if kept else [])
        return [
            Rejection(named[index]) if index in named else next(answered)
            for index in range(len(instances))
        ]

    @property
    def _envelope(self) -> dict[str, str]:
        return {"model": self.identity["model"], "version": self.identity["version"]}

    def score(self, table: Table) -> list[Outcome]:
        """Outcomes in the order of the rows; the first failure ends the rest."""
        with ThreadPoolExecutor(self._concurrency) as threads:
            asked = [
                threads.submit(self._ask, batch)
                for batch in self._batches(self._requests.instances(table))
            ]
            try:
                return [outcome for each in asked for outcome in each.result()]
            finally:
                threads.shutdown(cancel_futures=True)
