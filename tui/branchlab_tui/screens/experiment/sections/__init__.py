"""What each section of the page says, from what was read; free of Textual."""
