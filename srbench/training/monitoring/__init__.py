"""Reports of a training: means, validation, the learning curve, and checks that it is healthy."""
