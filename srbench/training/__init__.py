"""Training: from a recipe to a network's weights.

Read `run` for the way from a job to its result, `trainer` for the loop over steps.
"""
