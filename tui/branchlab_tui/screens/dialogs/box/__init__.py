"""What all dialogs without a list have: a frame with a title, and a line that tells the keys."""
