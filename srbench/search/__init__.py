"""Architecture search: strategies, evaluation of candidates, the search journal, and reports."""
