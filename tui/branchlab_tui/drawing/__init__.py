"""Curves, scatters, matrices and pictures as lines of styled text; pure functions, no terminal and no Textual."""
