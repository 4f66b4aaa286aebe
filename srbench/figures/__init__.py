"""Drawing of figures, and picture types that several papers share: crops side by side, and maps of values.

- `draw`: planning and drawing; `context`: everything that a plugin's function may ask for.
- `crops`, `crop_strips`, `strips`: parts of images side by side.
- `maps`: panels with one value per pixel.
- `recorded`: a figure that is drawn again without measuring.
"""
