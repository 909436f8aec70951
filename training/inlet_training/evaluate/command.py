"""The command that measures the exam's candidates."""

import click


@click.command()
def evaluate() -> None:
    """Measure the exam's candidates on the hold-out; figures in metrics/exam.json."""
    from .exam import evaluate_exam

    evaluate_exam()
