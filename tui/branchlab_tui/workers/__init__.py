"""Work that must not freeze the screen."""
