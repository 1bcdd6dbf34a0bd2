"""What was done, as commands."""
