"""Text for the width that there is: display widths, wrapped lines, and tables that fold instead of running over."""
