"""All commands; each imports its libraries only when it is called."""

import importlib

import click

COMMANDS = {
    "data": "data",
    "preprocess": "preprocess",
    "train": "train",
    "evaluate": "evaluate",
    "export": "export",
    "make": "served",
    "cards": "served",
    "track": "track",
    "runs": "register",
    "register": "register",
    "promote": "register",
    "registry": "register",
    "detect-drift": "drift",
    "drift-predictions": "drift",
    "drift-example": "drift",
    "score": "score",
    "feedback": "feedback",
    "retrain": "feedback",
}


class LazyCommands(click.Group):
    """Finds a command in the module command of its step's package."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The commands in the order of a model's way."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of a name, with - or _, None when there is none."""
        name = name.replace("_", "-")
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"inlet_training.{COMMANDS[name]}.command")
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """The way of a model, from its data to scoring whole files."""
