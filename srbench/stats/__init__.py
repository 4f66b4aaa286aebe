"""Statistics of differences over seeds and images, their power, and rank correlations."""
