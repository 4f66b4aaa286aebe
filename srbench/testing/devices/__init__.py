"""Networks, objectives and metrics on a CUDA device that need not be there."""
