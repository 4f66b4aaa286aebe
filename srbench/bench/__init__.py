"""Plan, cells, records, store, verdict: from a table to its numbers."""
