"""The error of input that a person can put right."""

import click


class InputError(click.ClickException):
    """Ends a command with one sentence on standard error and exit code 2."""

    exit_code = 2
