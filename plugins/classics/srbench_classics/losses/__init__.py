"""Losses of networks that restore the luma alone."""
