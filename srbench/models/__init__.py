"""Networks: how they are built and called, their predictions, and conversion of images to tensors."""
