"""Results as Markdown, CSV, LaTeX and text."""
