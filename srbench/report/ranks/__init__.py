"""Methods against each other: the leaderboard over all papers, and rank statistics."""
