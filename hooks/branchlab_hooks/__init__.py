"""The git hooks: check names and record runs on commit. They call the core; the core never calls them."""
