"""What more than one drawing tells."""
