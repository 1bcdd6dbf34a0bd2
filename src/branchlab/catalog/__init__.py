"""Every experiment of the repository: read from git through a cache keyed by commit, asked by a query."""
