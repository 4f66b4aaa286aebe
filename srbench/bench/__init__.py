"""Benchmark runs: planning, resolution of names, measurement, and results with verdicts."""
