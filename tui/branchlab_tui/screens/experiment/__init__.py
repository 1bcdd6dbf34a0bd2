"""Everything about one experiment, live while it runs."""
