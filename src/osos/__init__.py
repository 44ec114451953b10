"""OSOS: the open automatic meter reading system of Turkish electricity networks."""
