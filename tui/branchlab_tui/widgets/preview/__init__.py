"""A panel beside or under a table that shows a page made for its width."""
