"""Levels of intervals and tests, the same throughout srbench."""

CONFIDENCE = 0.95
"""Confidence level of intervals."""
SIGNIFICANCE = 0.05
"""Significance level of a single test, or of a family of tests together."""
