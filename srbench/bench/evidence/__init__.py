"""Seeds that would decide the claims of papers, from the printed effects and the noise measured here."""
