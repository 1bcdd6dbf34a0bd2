"""Starts a command in a worktree, watches it, and turns what it left into a record on a branch.

The way of a run: source (what will run) → execute (worktree, command) → harvest (what it left) → recording (a branch).
"""
