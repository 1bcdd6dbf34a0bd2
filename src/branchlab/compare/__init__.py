"""Diff, ranking and the Pareto front: pure functions over records, no I/O."""
