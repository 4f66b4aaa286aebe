"""Datasets: known, found in folders, derived from others, and read as pairs of LR and HR images.

- `finder`: the entry point, from a name to a `dataset`.
- `known`, `demo`: registered datasets, and the photographs that ship with a dependency.
- `derived`, `derivation`, `split`, `degradation`: datasets made of others.
- `pairs`, `hr_image`: LR and HR images under a protocol.
"""
