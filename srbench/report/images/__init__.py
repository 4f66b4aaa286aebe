"""Images of the page: HR, LR and SR of one image as a scene, and their files."""
