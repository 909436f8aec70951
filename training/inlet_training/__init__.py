"""The way of Inlet's models, from data to scoring whole files."""

import os

# Before numpy and JAX are loaded: the order of sums, and so the last bits, follow from the threads.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "2"
os.environ["JAX_PLATFORMS"] = "cpu"
# Nothing is reported to the makers of the libraries.
os.environ["DVC_NO_ANALYTICS"] = "1"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
