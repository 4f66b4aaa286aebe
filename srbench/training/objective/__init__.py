"""Training objectives: weighted sums of losses, and the adversarial losses with their discriminator steps."""
