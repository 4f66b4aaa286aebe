"""Folder layouts of datasets: which files in a folder are the HR and the LR images."""
