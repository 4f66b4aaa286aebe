"""The paper's loss family, and the losses to which its Table 4 compares them."""
