"""Runs a sweep: asks the method, gives trials to workers, records what they did, and goes on where it was stopped."""
