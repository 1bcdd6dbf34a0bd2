"""What parts and work of the plots tell the screen."""
