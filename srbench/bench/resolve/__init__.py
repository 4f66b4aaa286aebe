"""Resolution of names to methods, weights, metrics and datasets that are ready to use."""
