"""Measured values on disk: cells and their keys, records, the record store, and statistics over images."""
