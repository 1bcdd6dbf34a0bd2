"""Trials on the workers of a Dask cluster: each has a clone of its own, git and DVC remotes carry everything."""
