"""What a network can be trained to minimise: one file a loss."""
