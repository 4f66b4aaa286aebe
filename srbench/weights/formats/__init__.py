"""Checkpoint files of other frameworks, one module a format; each reads tensors only and needs no framework."""
