"""The objective of a training phase: its weighted losses, and the adversarial losses of a GAN."""
