"""A line to look for a text in what is shown."""
