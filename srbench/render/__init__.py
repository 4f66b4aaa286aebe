"""Results as Markdown, CSV, LaTeX and text.

- `grid`: the layout of a table, from which every format begins; `numbers` and `ranks` write its cells.
- `remarks`, `answer`, `places`: text beside a table, answers to claims, and the names of places in a table.
- `markdown`, `csv_tables`, `latex`, `terminal`: the formats; `markup` has the parts that Markdown and LaTeX share.
- `table_files`, `table_names`, `figure_files`: files, and their names.
"""
