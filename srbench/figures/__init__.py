"""Drawing of figures, and picture types that several papers share: crops side by side, and maps of values."""
