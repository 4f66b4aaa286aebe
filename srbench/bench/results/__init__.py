"""Results of a run: table entries, verdicts, claims, and the order of the rows."""
