"""Output of the command line: streams of any encoding, and files that are checked before the work."""
