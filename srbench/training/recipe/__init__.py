"""Checks and changes of a recipe's settings, and its learning-rate schedules."""
