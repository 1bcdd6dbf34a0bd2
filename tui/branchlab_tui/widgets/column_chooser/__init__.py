"""A dialog to choose, pin and order the columns of a table."""
