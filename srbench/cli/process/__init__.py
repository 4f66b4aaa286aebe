"""The process of a command: the streams that its output goes to, and its end by an error."""
