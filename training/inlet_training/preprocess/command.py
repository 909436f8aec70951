"""The command that cleans the exam's table."""

import click


@click.command()
def preprocess() -> None:
    """Check and clean data/raw/train.csv into data/processed/train_clean.csv."""
    from .clean import clean

    clean()
