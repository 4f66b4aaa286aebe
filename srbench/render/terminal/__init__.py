"""Results for a terminal: tables that fold to its width, and the same facts of several papers side by side."""
