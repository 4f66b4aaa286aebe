"""Image operations on NumPy arrays: reading and writing files, colour conversion, resizing, and HR cropping."""
