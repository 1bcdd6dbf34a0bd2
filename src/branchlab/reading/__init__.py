"""Reads everything about what a user names: an experiment, a commit, a ref, a run that is not recorded."""
