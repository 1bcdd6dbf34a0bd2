"""What a grid of plots tells the screen it stands in."""
