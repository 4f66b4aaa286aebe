"""Specs of srbench's built-in metrics and of the weights they need; importing them loads no heavy library."""
