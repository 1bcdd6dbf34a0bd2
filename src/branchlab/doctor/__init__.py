"""Finds what crashes and accidents left behind, and mends what can be mended without losing anything.

A check only looks. What it finds may carry a mend, which runs when the user says `--fix`.
"""
