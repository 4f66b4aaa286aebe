"""Files on disk, written completely or not at all, with their hashes and the folders that srbench uses."""
