"""From raw data to what a model takes."""
