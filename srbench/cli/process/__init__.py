"""What a command does to its process: where output goes, and how errors end it."""
