"""Writes a report so that it is there as a whole or not at all, and asks no other host."""

import os
from pathlib import Path

from ..errors import InputError

# The page carries its scripts, styles and fonts; a browser refuses everything else.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    'font-src data:; img-src data: blob:">'
)
BANNER_STYLE = "font: 1.1rem sans-serif; margin: 0; padding: 1rem; background: #fff4d6; color: #222"


def write_page(path: Path, page: str, banner: str) -> None:
    """Writes an HTML page with a banner (HTML) on top; InputError when it cannot be written."""
    for tag in ("<head>", "<body>"):
        if tag not in page:
            raise ValueError(f"the page has no {tag}")
    page = page.replace("<head>", f"<head>\n{POLICY}", 1)
    page = page.replace("<body>", f'<body>\n<p style="{BANNER_STYLE}">{banner}</p>', 1)
    write_atomically(path, page)


def write_atomically(path: Path, text: str) -> None:
    """Writes beside the path and renames, so that no reader sees half a file."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}).") from None
