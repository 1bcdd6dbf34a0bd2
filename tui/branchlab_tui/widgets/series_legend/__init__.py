"""The legend that several plots share."""
