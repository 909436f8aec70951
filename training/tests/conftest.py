"""What tests of several files share."""

import os
import re
import subprocess
import threading

import pytest

from inlet_training.paths import REPOSITORY

NODE_PACKAGES = REPOSITORY / "node_modules"


@pytest.fixture(scope="session")
def real_gateway(tmp_path_factory):
    """The address of Inlet, started as a person does, on free ports and with data of its own."""
    node = next(NODE_PACKAGES.glob("node-linux-*/bin/node"), None)
    if node is None:
        pytest.skip("Inlet cannot be started: node_modules is not installed (npm start does it)")
    process = subprocess.Popen(
        [node, REPOSITORY / "platform" / "start" / "main.js"],
        cwd=REPOSITORY,
        env={
            "PATH": os.environ["PATH"],
            "PORT": "0",
            "METRICS_PORT": "0",
            "DATA_DIRECTORY": str(tmp_path_factory.mktemp("inlet")),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        # Ends with the output when Inlet ends before it is ready.
        shown = ""
        for line in process.stdout:
            shown += line
            if found := re.search(r"ready at (http://localhost:\d+)", line):
                break
        else:
            pytest.fail(f"Inlet did not start:\n{shown}")
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield found[1]
    finally:
        process.terminate()
        process.wait()
