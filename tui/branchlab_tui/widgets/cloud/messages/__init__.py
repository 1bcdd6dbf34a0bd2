"""What a cloud tells its screen."""
