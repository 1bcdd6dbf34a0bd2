"""The curves of several experiments, laid over each other."""
