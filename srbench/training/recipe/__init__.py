"""Training recipes: validation, overrides, learning-rate schedules, and differences from the paper's recipe."""
