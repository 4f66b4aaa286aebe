"""Benchmark runs: planning, resolution of names, measurement, and results with verdicts.

- `planning`: the selected cells of a table, and the jobs that measure them; `resolve`: names to files.
- `run`: execution of plans, as `tasks`; `measuring`: a job from weights to records; `journal`, `events`: its progress.
- `results`: tables filled from records; `power`: the power of their claims.
- `score`, `compare`, `one_off`, `explain`: measurements beside the tables of papers.
- `facts`, `measurable`, `duration`: printed numbers of all papers, what each lacks, and how long a plan takes.
"""
