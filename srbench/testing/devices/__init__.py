"""Networks, objectives and metrics followed to a fake CUDA device, on machines without a GPU."""
