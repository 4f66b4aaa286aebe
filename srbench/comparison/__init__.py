"""Two results compared: which numbers and verdicts changed, by how much, and what else differs.

- `sides.py`: the two results that a user names, folders or git revisions.
- `git_revision.py`: the files of results at a git revision.
- `table_cells.py`: the cells of all tables of a side.
- `verdict_order.py`: which verdict is worse than another.
- `cell_records.py`: the records that a cell was made of.
- `causes.py`: what differs between the records of two cells.
- `difference.py`: all changes between two sides.
- `text.py`: changes as text.
"""
