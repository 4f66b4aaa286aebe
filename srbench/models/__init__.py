"""Networks built from their specification, and their common interface: tensors in, a prediction out."""
