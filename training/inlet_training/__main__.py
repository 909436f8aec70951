"""The entry point: python -m inlet_training COMMAND."""

from .command_line import commands

commands(prog_name="inlet_training")
