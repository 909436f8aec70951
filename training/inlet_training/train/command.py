"""The command that trains the exam's candidates."""

import click


@click.command()
def train() -> None:
    """Compare and train the exam's candidates; the forest becomes models/model.pkl."""
    from .exam import train_exam

    train_exam()
