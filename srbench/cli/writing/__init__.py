"""What the command line writes: streams of any encoding, and files that are checked before the work."""
