"""Several experiments side by side: a table of what differs, parallel coordinates, and a scatter of two columns."""
