"""Integrity of datasets: pixel fingerprints, and their comparison with the known ones."""
