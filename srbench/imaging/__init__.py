"""Image files, resizing and colour conversion on NumPy arrays.

- `image_io`: reading and writing of files; `image_file`: formats and the size limit; `deep`: 16 bits a channel.
- `resize`: MATLAB's ``imresize``; `levels`: its fast, exact pass over uint8.
- `colour`: luma; `hr_crop`: LR sizes of HR sizes and back; `rectangle`, `window`: a part of an image, and the
  most detailed one.
- `png_text`: text inside a PNG.
"""
