"""Running a network on an image: as a whole, in tiles, in an ensemble."""
