"""What an exit code of branchlab means."""

from __future__ import annotations

from branchlab.errors import ExitCode

_WORDS = {
    ExitCode.OK: "it worked",
    ExitCode.FAILED: "refused, or a check said no",
    ExitCode.USAGE: "it cannot be asked for like this",
    ExitCode.ENVIRONMENT: "git, DVC or the disk stands in the way",
    ExitCode.BUSY: "something else is at work",
    ExitCode.DAMAGED: "something is damaged",
    ExitCode.INTERRUPTED: "interrupted",
}


def exit_words(code: int) -> str:
    """Returns in a few words what an exit code means; negative ones are signals."""
    if code < 0:
        return f"ended by signal {-code}"
    return next((words for known, words in _WORDS.items() if known == code), "it failed")
