"""What a shared legend tells the screen it stands in."""
