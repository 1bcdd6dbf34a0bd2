"""The Textual program: browses, compares and plots experiments. It calls the core; the core never calls it."""
