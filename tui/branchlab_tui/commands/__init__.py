"""What can be typed behind `:`; from text to what is to be done. Free of Textual."""
