"""The commands as Python functions; their names are public in `srbench`."""
