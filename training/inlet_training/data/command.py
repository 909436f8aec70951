"""The command that makes the raw data."""

import click


@click.command()
def data() -> None:
    """Write data/raw: every raw table, byte for byte from scikit-learn."""
    from .raw import write_raw_files

    for path in write_raw_files():
        print(f"{path.name}: {path.stat().st_size:,} bytes", flush=True)
