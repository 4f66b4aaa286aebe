"""The tasks of a plan: trainings, and the passes over datasets that wait for them."""
