"""The errors a user can act on, and the exit codes they become.

One wrapper at the top of the command line turns a `BranchlabError` into `branchlab: error: what. hint: what to do`.
Each subclass says what kind of thing the user has to do; nothing else in the program calls `sys.exit`.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a branchlab process tells its caller."""

    OK = 0
    FAILED = 1  # a check, a gate or the user's own command said no
    USAGE = 2
    ENVIRONMENT = 3  # git, DVC, disk
    BUSY = 4
    DAMAGED = 5
    INTERRUPTED = 130


# What `check` and `ci` tell a script: what could not be looked at has not failed, nor is it fine.
VERDICT_CODES = {"pass": ExitCode.OK, "fail": ExitCode.FAILED, "unknown": ExitCode.ENVIRONMENT}


class BranchlabError(Exception):
    """The base of all errors that become one line for the user.

    `message` says what and where, `hint` what to do about it; neither ends with a full stop, the wrapper adds it.
    """

    exit_code = ExitCode.ENVIRONMENT

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CheckError(BranchlabError):
    """Raised when something the user asked to be checked does not hold."""

    exit_code = ExitCode.FAILED


class UsageError(BranchlabError):
    """Raised when an argument, a name, a query or a setting is wrong and the user has to write it differently."""

    exit_code = ExitCode.USAGE


class NotFoundError(UsageError):
    """Raised when the named experiment, run or key does not exist."""


class EnvironmentProblemError(BranchlabError):
    """Raised when git, DVC, the disk or the repository does not let the work be done."""


class UnsavedWorkError(BranchlabError):
    """Raised before a command would overwrite work that exists nowhere else."""

    exit_code = ExitCode.FAILED


class BusyError(BranchlabError):
    """Raised when another process holds what is needed; trying again later helps."""

    exit_code = ExitCode.BUSY


class DamagedError(BranchlabError):
    """Raised when a record, journal, pointer or cached object cannot be trusted."""

    exit_code = ExitCode.DAMAGED


class InterruptedRunError(BranchlabError):
    """Raised when the user or a signal stopped the command; what it logged is kept."""

    exit_code = ExitCode.INTERRUPTED
