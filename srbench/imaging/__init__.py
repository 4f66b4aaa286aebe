"""Image files, resizing and colour conversion on NumPy arrays.

`image_io` reads and writes files, `resize` is MATLAB's ``imresize``, `colour` computes luma, `hr_crop` maps LR sizes
to HR sizes.
"""
