"""Progress displays in the terminal for measurements, searches and trainings."""
