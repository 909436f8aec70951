"""The commands that make the served models and their cards."""

import importlib

import click

STAGES = ("iris", "digits", "summarize", "sentiment-linear", "sentiment-transformer")


@click.command()
@click.argument("stage", type=click.Choice(STAGES))
def make(stage: str) -> None:
    """Train, measure and export one served model."""
    importlib.import_module(f"inlet_training.served.{stage.replace('-', '_')}").make()


@click.command()
def cards() -> None:
    """Write the model cards from the measured figures and the prose in cards/."""
    from ..export.card import write_cards

    write_cards()
