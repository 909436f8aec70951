"""Finds which files of inlet_training a module needs, from its import statements."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "inlet_training"


def imported(path: Path) -> set[Path]:
    """The files of the package that a file imports by relative imports, wherever they stand."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            folder = path.parents[node.level - 1]
            module = folder.joinpath(*(node.module or "").split(".")) if node.module else folder
            candidates = [module.with_suffix(".py")]
            candidates += [module / f"{name.name}.py" for name in node.names]
            found |= {candidate for candidate in candidates if candidate.is_file()}
    return found


def import_closure(path: Path) -> set[Path]:
    """The file and all that it imports, directly or not."""
    closure, waiting = set(), [path]
    while waiting:
        current = waiting.pop()
        if current not in closure:
            closure.add(current)
            waiting += imported(current)
    return closure
