"""Runs inside the training process: the run folder, its journal, and what a script logs.

Standard library only, and nothing of branchlab outside this package, so that a training script pays milliseconds.
The way of the data: `location` finds the run folder, `state` says who owns it, `journal` appends to it, `run` is
what scripts hold, `reading` is what everybody else reads.
"""
