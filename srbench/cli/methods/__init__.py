"""Methods that a command line names."""
