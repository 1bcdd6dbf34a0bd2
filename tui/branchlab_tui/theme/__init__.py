"""The colours: dark, light, and the terminal's own."""
