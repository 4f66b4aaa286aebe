"""What a paper's claims would need to be decided: the effect in print, the noise measured, the seeds."""
