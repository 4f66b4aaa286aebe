"""Measurement of jobs: inference, per-image metric values, aggregation, and records."""
