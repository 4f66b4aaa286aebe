"""Weight files: bundled or found on disk, verified by SHA-256, and loaded as state dicts."""
