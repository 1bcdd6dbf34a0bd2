"""A project on real data with a handful of experiments, made by the same commands that a user types.

`project/` is copied as it is; `plan` says what is tried, `script` makes and runs it, `progress` shows how far it is.
"""
