"""Explanation of a difference from print: one value measured under variants of the protocol."""
