"""Plans of a run: the selected table cells, and the jobs that measure them."""
