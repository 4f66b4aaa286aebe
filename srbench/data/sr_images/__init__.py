"""SR images as files: found in folders, paired with HR images by name, hashed and read.

- `names`: which SR file belongs to which HR image.
- `folders`: which folder holds the images of a dataset at a scale.
- `image_set`: the images of one dataset at one scale, with their fingerprint.
- `verify`: comparison with known copies, for ``srbench data``.
"""
