"""Fields to fill in, checked while one types."""
