"""dvc.yaml and the lock files against the code."""

import re
from pathlib import Path

import pytest
import yaml

from inlet_training.paths import TRAINING
from tests.imports import PACKAGE, import_closure

STAGES = yaml.safe_load((TRAINING / "dvc.yaml").read_text("utf-8"))["stages"]


def module_of(stage: str) -> Path:
    """The module that a stage runs, after its command is found."""
    served = PACKAGE / "served" / f"{stage.replace('-', '_')}.py"
    return served if served.is_file() else PACKAGE / stage / "command.py"


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "cards"])
def test_a_stage_depends_on_all_code_that_it_imports(stage):
    needed = {path.relative_to(TRAINING).as_posix() for path in import_closure(module_of(stage))}
    assert needed - set(STAGES[stage]["deps"]) == set()
    assert "inlet_training/__init__.py" in STAGES[stage]["deps"]
    assert "requirements-lock.txt" in STAGES[stage]["deps"]


def test_every_parameter_is_read_by_a_stage():
    sections = set(yaml.safe_load((TRAINING / "params.yaml").read_text("utf-8")))
    assert sections == {name for stage in STAGES.values() for name in stage.get("params", [])}


def pins(lock: str) -> dict[str, str]:
    text = (TRAINING / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", text, re.MULTILINE))


def test_the_development_lock_holds_the_versions_of_the_runtime_lock():
    runtime, development = pins("requirements-lock.txt"), pins("requirements-dev-lock.txt")
    assert runtime.items() <= development.items()
    assert {"dvc", "pytest", "moto"} <= development.keys() - runtime.keys()


def test_every_locked_package_has_hashes():
    for lock in ("requirements-lock.txt", "requirements-dev-lock.txt"):
        text = (TRAINING / lock).read_text("utf-8")
        for entry in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]:
            assert "--hash=sha256:" in entry, entry
