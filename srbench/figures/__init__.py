"""Pictures that the figures of several papers need: crops side by side, and maps of one colour scale."""
