"""The line at the bottom: the keys that help most right now."""
