"""The way of each served model, one file a pipeline stage."""
