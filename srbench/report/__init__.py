"""The report: measured tables, a leaderboard, images and trainings of an output folder on one HTML page."""
