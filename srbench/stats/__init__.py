"""Statistics of differences over seeds and images, paired tests, power, and rank correlations: numbers in and out."""
