"""What widgets with component classes are made of: their styles are computed when they are drawn with."""
