"""What is about to be done: the command, what it means, and what takes it back. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchlab.experiment import Experiment
    from branchlab_tui.performing.command import Command
    from branchlab_tui.performing.process import Ended


class Plan(NamedTuple):
    """One thing to do.

    Attributes:
        label: what is done, such as `archive exp/model/wide`; stands in the strip, the question and the log.
        command: what does it.
        done: what to say when it worked; empty for the last thing the command says.
        meaning: what a question tells beside the command, a line each.
        typed: what has to be typed to allow it; empty for y.
        back: what takes it back, given how the command ended; None where nothing does.
        detached: whether it goes on when the program ends, such as a run.
        accepted: exit codes that are answers, not failures.
    """

    label: str
    command: Command
    done: str = ""
    meaning: Sequence[str] = ()
    typed: str = ""
    back: Callable[[Ended], tuple[Command, ...]] | None = None
    detached: bool = False
    accepted: tuple[int, ...] = (0,)


class RefusedError(Exception):
    """Raised when something cannot be done to what is marked; says why, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def check_branch(one: Experiment, done: str, hint: str) -> None:
    """Refuses a run that is on no branch; `hint` says what to do about one that has ended.

    Raises:
        RefusedError: when there is no branch.
    """
    if one.status == "running":
        raise RefusedError(
            f"{one.name or one.run} cannot be {done} while it goes on", "wait for its end, or ! stops it"
        )
    if not one.commit:
        raise RefusedError(f"run {one.run} is on no branch, so it cannot be {done}", hint)


def named(ones: Sequence[Experiment]) -> str:
    """Returns how a few experiments are called together: by name, or by number."""
    return (ones[0].name or ones[0].run) if len(ones) == 1 else f"{len(ones)} experiments"
