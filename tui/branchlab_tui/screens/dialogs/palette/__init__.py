"""Finds an action by its name."""
