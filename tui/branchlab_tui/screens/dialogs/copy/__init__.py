"""What can be copied of an experiment."""
