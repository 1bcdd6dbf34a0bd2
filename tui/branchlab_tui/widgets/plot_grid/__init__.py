"""Many line plots in a grid, with one cursor and one horizontal axis."""
