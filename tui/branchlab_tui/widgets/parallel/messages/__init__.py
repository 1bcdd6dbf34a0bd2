"""What parallel coordinates tell."""
