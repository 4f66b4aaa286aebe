"""Power of the claims of a table: the seeds that would decide, by the printed effects and the noise measured."""
