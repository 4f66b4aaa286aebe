"""The paper's loss family, and the rivals of its Table 4."""
