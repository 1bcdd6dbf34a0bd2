"""A widget that is drawn line by line."""
