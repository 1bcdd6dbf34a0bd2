"""Widgets, one a folder; table and plot know nothing of experiments."""
