"""Words in place of a panel that has nothing to show yet."""
