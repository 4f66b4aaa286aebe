"""Datasets and their image pairs: specification, search on disk, splits, derivation and degradation."""
