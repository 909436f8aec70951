"""How a scoring run ends when it does not end with a prediction for every row."""

import click

WITH_REJECTED_ROWS = 3


class RunStoppedError(click.ClickException):
    """A run that could not go on although its input is good: the same command continues it."""

    exit_code = 1
