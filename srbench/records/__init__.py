"""Records: the measured values of a cell, how they are stored, and what trainings report."""
