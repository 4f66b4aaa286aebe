"""Downloads of datasets and weights, and the extraction of archives."""
