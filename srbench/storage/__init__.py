"""Files on disk: atomic writes, hashes, JSON, and the folders that are searched.

- `atomic`, `folder_lock`: writes and locks that other processes may rely on.
- `file_hashes`, `canonical_hash`: SHA-256 of files, and of plain data.
- `json_file`, `plain_json`, `spreadsheet`: readers and writers of files that people edit.
- `roots`: data roots and the cache folder.
- `folder_name`, `regular_file`, `text_encoding`: names and files that a system may refuse.
"""
