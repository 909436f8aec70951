"""Trains, measures and exports every model that Inlet ships."""
