"""The template of a plugin, and what writes it."""
