"""Results of several machines in one folder: records merged, tables printed again from them.

- `records.py`: the records of all sources, and which one is kept where several are of one cell.
- `tables.py`: the tables of the sources, printed again from the merged records.
- `leftovers.py`: what is not merged.
- `merge.py`: the new folder, which appears as a whole or not at all.
"""
