"""Images of the page: HR, LR and SR of one image as a scene, and their files.

- `request`: the entry point, from the datasets that a user names to scenes.
- `scenes`, `crops`: images and methods to show, made where they are missing, and values of their parts.
- `encode`: pixels in the page, or files beside it.
"""
