"""What tables in Markdown and LaTeX share: their place, the best numbers, parts of wide tables, answered claims."""
