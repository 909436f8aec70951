"""What drift-predictions says when there is no database to read from."""

import pytest
from click.testing import CliRunner

from inlet_training.drift.command import drift_predictions

NAMED = ["--model=iris", "--version=1.0.0"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "DATABASE_URL is not set"),
        ("mysql://root:secret@host/x", "does not begin with postgres://"),
        ("postgres://user:secret@127.0.0.1:1/x", "no answer from the database"),
        ("postgres://user:secret@127.0.0.1:1/x?colour=red", "the address cannot be read"),
        ("postgres://user:secret@[::1/x", "the address cannot be read"),
    ],
)
def test_an_address_without_a_database_is_bad_input_and_keeps_its_password(address, words):
    outcome = CliRunner().invoke(
        drift_predictions,
        [*NAMED, "--from=2026-03-01", "--baseline-from=2026-02-01", "--baseline-to=2026-03-01"],
        env={"DATABASE_URL": address},
    )
    assert outcome.exit_code == 2, outcome.output
    assert words in outcome.output
    assert "secret" not in outcome.output
