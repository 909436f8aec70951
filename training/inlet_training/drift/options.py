"""What the commands that compare have in common: their options, their words, their exit codes."""

import functools
import sys
import traceback
from collections.abc import Callable
from typing import Any

import click

from .result import DriftResult

FAILED = 3
INTERRUPTED = 130

Command = Callable[..., None]


def comparison(command: Callable[..., DriftResult]) -> Command:
    """Prints what a command has found; no failure of it may be taken for an alarm."""

    @functools.wraps(command)
    def run(**options: Any) -> None:
        try:
            result = command(**options)
        except click.ClickException:
            raise
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except Exception:
            traceback.print_exc()
            sys.exit(FAILED)
        for column in result.drifted:
            print(f"drifted: {column}")
        for note in result.notes:
            print(f"note: {note}")
        print(result.verdict)
        print(f"report: {options['report']}", flush=True)
        sys.exit(result.exit_code)

    return run


def limits(command: Command) -> Command:
    """The options that decide about an alarm."""
    for option in (
        click.option(
            "--alpha", type=float, default=0.05, show_default=True, help="Level of every test."
        ),
        click.option(
            "--watch", multiple=True, metavar="COLUMN", help="Alarm when it drifts; repeatable."
        ),
        click.option(
            "--drift-share",
            type=float,
            default=0.5,
            show_default=True,
            help="Alarm when this share of the columns drifts.",
        ),
    ):
        command = option(command)
    return command
