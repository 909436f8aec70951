"""Reads answered requests from the predictions table, in a transaction that cannot write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from ..errors import InputError
from .period import Period

CONNECT_SECONDS = 10
ROWS_A_FETCH = 1_000

ANSWERED = sql.SQL("""
    select predictions.input_data, predictions.output_data
    from predictions
    join model_versions on model_versions.id = predictions.model_version_id
    join models on models.id = model_versions.model_id
    where models.name = %(model)s and model_versions.version = %(version)s
      and predictions.status = 200
      and predictions.created_at >= %(start)s and predictions.created_at < %(end)s
    order by predictions.created_at desc, predictions.id desc
    limit %(limit)s
    """)
VERSIONS = sql.SQL("""
    select model_versions.version
    from model_versions join models on models.id = model_versions.model_id
    where models.name = %(model)s
    order by 1
    """)


@contextmanager
def open_log(url: str) -> Iterator[psycopg.Connection]:
    """A read-only snapshot of the database; InputError when it does not answer or refuses."""
    if not url:
        raise InputError(
            "DATABASE_URL is not set; set it to postgres://user:password@host/database."
        )
    if not url.startswith(("postgres://", "postgresql://")):
        raise InputError("DATABASE_URL does not begin with postgres://; correct it.")
    try:
        with psycopg.connect(
            url, connect_timeout=CONNECT_SECONDS, application_name="inlet-drift"
        ) as connection:
            connection.read_only = True
            # Both periods of a comparison are read from one state of the table.
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield connection
    except psycopg.errors.UndefinedTable:
        raise InputError(
            "the database has no table of predictions; start Inlet on it once, or correct "
            "DATABASE_URL."
        ) from None
    except psycopg.ProgrammingError as error:
        # A message about the address itself would repeat its password.
        reason = error.diag.message_primary or "the address cannot be read"
        raise InputError(f"the database refused: {reason}; correct DATABASE_URL.") from None
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise InputError(f"no answer from the database of DATABASE_URL: {reason}") from None


def read_answers(
    connection: psycopg.Connection, model: str, version: str, period: Period, limit: int
) -> Iterator[tuple[Any, Any]]:
    """Input and answer of the newest requests of a period that were answered with 200."""
    with connection.cursor(name="answers") as cursor:
        cursor.itersize = ROWS_A_FETCH
        cursor.execute(
            ANSWERED,
            {
                "model": model,
                "version": version,
                "start": period.start,
                "end": period.end,
                "limit": limit,
            },
        )
        yield from cursor


def known_versions(connection: psycopg.Connection, model: str) -> list[str]:
    """The versions of a model that have ever written a row."""
    return [row[0] for row in connection.execute(VERSIONS, {"model": model})]
