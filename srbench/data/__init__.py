"""Image data: datasets and their folder layouts, fingerprints, training sets, and downloads of datasets and weights."""
