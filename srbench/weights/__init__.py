"""Checkpoint files: finding and verifying them, and loading their tensors into models."""
