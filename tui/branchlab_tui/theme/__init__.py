"""Colours, dark and light."""
