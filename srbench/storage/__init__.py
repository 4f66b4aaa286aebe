"""Files on disk: atomic writes, hashes, JSON, and the folders that are searched."""
