"""Datasets: known, found in folders, derived from others, and read as pairs of LR and HR images."""
