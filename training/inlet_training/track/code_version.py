"""Which code a run is of."""

import subprocess

from ..paths import TRAINING


def git(*words: str) -> str | None:
    """What a git command prints, None where there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=TRAINING, capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def code_version() -> dict[str, str]:
    """The commit, and whether files of the training side differ from it; unknown outside git."""
    commit = git("rev-parse", "HEAD")
    changes = git("status", "--porcelain", "--", ".")
    return {
        "git_commit": commit or "unknown",
        "git_dirty": "unknown" if changes is None else str(bool(changes)).lower(),
    }
