"""Results of a run: table entries, verdicts, claims, and the order of the rows.

- `gather`: the entry point, from a plan and its records to a `table_result`.
- `verdict`, `claims`, `row_order`: judgements of a number, of a claim, and of the order of rows.
- `over_seeds`, `weights_remark`, `run_options`, `dataset_labels`: parts of an entry, and names beside it.
- `cells_file`: the tables of earlier runs, read from their files.
"""
