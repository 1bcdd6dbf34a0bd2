"""Asks the program to show the experiments that a query finds."""

from __future__ import annotations

from textual.message import Message


class FilterChosen(Message):
    """Posted by a screen: go to the table and filter it by this query."""

    def __init__(self, query: str) -> None:
        """Takes a query of `branchlab ls`."""
        super().__init__()
        self.query = query
