"""The checks, one file a group."""
