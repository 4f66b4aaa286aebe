"""Architecture search: strategies, evaluation of candidates, the search journal, and reports.

- `search`: the loop; `journal` keeps it on disk.
- `strategy`, `random_search`: the interface of strategies, and the baseline.
- `evaluation`, `costs`: the training of a candidate, and its costs.
- `report`, `report_files`, `plot`, `pareto`: the outcome.
"""
