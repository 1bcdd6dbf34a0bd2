"""A line to type commands into."""
