"""Versions in MLflow's registry."""
