"""What screens tell the program; one message a file."""
