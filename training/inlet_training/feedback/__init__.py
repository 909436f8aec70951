"""What people said of predictions, on its way to a better model."""
