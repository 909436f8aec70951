"""The command that exports the exam's forest."""

import click


@click.command()
def export() -> None:
    """Write models/exam.onnx and hold it against scikit-learn on every row."""
    from .exam import export_exam

    export_exam()
