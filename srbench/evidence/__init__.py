"""The evidence for the papers' claims: effects, intervals, answers and power over all tables of an output folder."""
