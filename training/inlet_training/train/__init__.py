"""Networks and classifiers before they are exported."""
