"""Turns what the system raises, and what nobody thought of, into an error with a line and a remedy."""

from __future__ import annotations

import errno
import os

from branchlab.errors import BranchlabError
from branchlab.text import safe_text

_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room on the disk",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "check the permissions",
    errno.EPERM: "check the permissions",
    errno.EISDIR: "a file belongs there: move the folder away",
    errno.ENOTDIR: "a folder belongs there: move the file away",
    errno.ELOOP: "the symbolic link leads in a circle: remove it",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EMFILE: "allow more open files with ulimit -n",
}
_LONGEST_REASON = 300


def error_of(error: Exception) -> BranchlabError:
    """Returns an error that a person can read; one that is none of ours is a fault of branchlab."""
    if isinstance(error, BranchlabError):
        return error
    return _system_error(error) if isinstance(error, OSError) else _unexpected(error)


def _system_error(error: OSError) -> BranchlabError:
    place = f"{safe_text(os.fsdecode(error.filename))}: " if isinstance(error.filename, str | bytes) else ""
    hint = _REMEDIES.get(error.errno or 0, "check the disk and the permissions")
    # Python's own modules raise some without a number, and then there is no strerror.
    return BranchlabError(f"{place}{error.strerror or safe_text(str(error))}", hint)


def _unexpected(error: Exception) -> BranchlabError:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "unknown place"
    what = safe_text(f"{type(error).__name__}: {error}"[:_LONGEST_REASON])
    return BranchlabError(
        f"this is a fault of branchlab, {what} ({place})", "please report it with what BRANCHLAB_TRACEBACK=1 shows"
    )
