"""A long text to read, to search and to copy."""
