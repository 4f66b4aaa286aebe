"""Architecture search: who is asked next, what it scored, and what is left to ask."""
