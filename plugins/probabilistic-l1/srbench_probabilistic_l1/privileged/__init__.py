"""PISR: a teacher that sees HR, and the student that learns from it (Lee et al., ECCV 2020)."""
