"""``python -m srbench``: what torchrun starts."""

from srbench.cli import main

main()
