"""The report: measured tables, a leaderboard, images and trainings of an output folder on one HTML page.

- `page`: the entry point, which fills the templates; `one_table`: the page of a single table.
- `tables`, `cells`, `paper_summary`: tables, the data behind a cell, and the summary of a paper.
- `ranks`, `images`, `trainings`, `explanations`: leaderboard, scenes, learning curves, and explanations of cells.
- `words`: sentences about a number.
"""
