"""The parameters of an experiment, to run it again with others."""
