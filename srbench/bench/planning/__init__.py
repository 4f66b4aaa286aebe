"""Plans of a run: the selected table cells, and the jobs that measure them.

- `selection`: rows and columns of a table that are selected, and columns that are added.
- `options`: settings that do not depend on the table.
- `slot`, `planner`: one slot of a table, and the planner that resolves all slots.
- `plan`: state of every table cell (cached, to measure, missing), and the jobs and trainings to run.
- `job`: table cells that share one pass over a dataset, and their keys.
"""
