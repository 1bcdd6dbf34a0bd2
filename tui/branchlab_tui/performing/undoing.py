"""What can be taken back, newest last, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab_tui.performing.command import Command


class Step(NamedTuple):
    """One change that can be taken back.

    Attributes:
        label: what was done, such as `archive exp/model/wide`.
        commands: what did it, and does it again.
        back: what takes it back.
        baseline: row keys of the baseline before and after, for a change of nothing else.
    """

    label: str
    commands: tuple[Command, ...] = ()
    back: tuple[Command, ...] = ()
    baseline: tuple[str, str] | None = None


class Undoing:
    """Two stacks: what `z` takes back, and what `Z` does again."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def did(self, step: Step) -> None:
        """Remembers a change; what was taken back before it cannot be done again."""
        self._done.append(step)
        self._undone.clear()

    def next_undo(self) -> Step | None:
        """Takes the newest change; `undone` puts it on the other stack once that worked."""
        return self._done.pop() if self._done else None  # gone at once: a key that repeats takes the one before

    def next_redo(self) -> Step | None:
        """Takes the change that was taken back last; `redone` puts it on the other stack once that worked."""
        return self._undone.pop() if self._undone else None

    def undone(self, step: Step) -> None:
        """Says that a change was taken back."""
        self._undone.append(step)

    def redone(self, step: Step) -> None:
        """Says that a change was done again."""
        self._done.append(step)
