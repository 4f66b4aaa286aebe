"""Style sheet of all figures and plots, and labels that do not collide."""
