"""Measured and printed numbers as pandas data frames, and their export to files.

- `columns.py`: the columns of each frame with their types.
- `results.py`: the entries of measured tables (`read_results`).
- `images.py`: the values of each image (`read_records`).
- `printed.py`: the numbers that the papers print (`read_published`).
- `export.py`: a frame as CSV, Parquet or SQLite.

pandas takes almost a second to import, so each function imports it when it is called.
"""
