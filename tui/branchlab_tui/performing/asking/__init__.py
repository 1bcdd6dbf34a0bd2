"""Actions that ask for something first: a form, a list, or a file."""
