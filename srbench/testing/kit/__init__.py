"""The checks of plugins, one file per group."""
