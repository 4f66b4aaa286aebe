"""Features and random forests of Ma's score (NRQM)."""
