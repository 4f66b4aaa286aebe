"""Training losses, one file per loss.

`specs` registers them; `batch` holds the training batch that every loss is computed from.
"""
