"""Dialogs with a list to search in and to choose from."""
