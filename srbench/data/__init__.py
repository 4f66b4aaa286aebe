"""Where images and weights come from."""
