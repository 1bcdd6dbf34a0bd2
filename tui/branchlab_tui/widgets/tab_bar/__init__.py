"""Names side by side, the current one in brackets."""
