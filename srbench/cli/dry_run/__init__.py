"""Output of ``--dry-run``: what a run would take from records, measure, train and lack, in cells or summed up."""
