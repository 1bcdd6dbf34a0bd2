"""What the terminal UI shows, as immutable values; knows nothing of Textual."""
