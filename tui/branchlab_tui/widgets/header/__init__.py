"""The line at the top: which project, which branch, which view."""
