"""Names of image files and folders: which SR, LR and HR files belong together.

- `decorations`: the parts of a name besides the name of its image: scale, role, degradation, method.
- `affix`: the one prefix or suffix by which all names of two folders differ.
- `pairing`: names of two folders, paired by a fixed order of rules.
- `files`: the files of two folders, paired; every fault is named.
- `folder_scale`: the scale that a folder's name states.
"""
