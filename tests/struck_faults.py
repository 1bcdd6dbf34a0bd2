"""Calls that fail: which errors they give, and what a command says then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from faulty_calls import ERRORS, INTERRUPTIBLE, Blow
from in_process import RAW

if TYPE_CHECKING:
    from faulty_calls import Struck
    from struck_commands import Stage

ALWAYS = 10**9
GROWING = (  # a full disk lets go of files
    *("write", "pwrite64", "writev", "sendfile", "copy_file_range", "fallocate", "ftruncate", "fsync", "fdatasync"),
    *("open", "openat", "mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat", "rename", "renameat"),
)
OWN = re.compile(r"model\.bin")  # what the training itself writes and branchlab cannot answer for


def faults(at: int) -> list[Blow]:
    """Returns what can go wrong at a call: it fails once, or the disk stays full from there on."""
    return [
        Blow("fail", at, error=ERRORS["ENOSPC"]),
        Blow("fail", at, error=ERRORS["EIO"]),
        Blow("fail", at, error=ERRORS["EROFS"]),
        Blow("fail", at, error=ERRORS["ENOSPC"], times=ALWAYS, only=GROWING),
    ]


def interrupt(at: int) -> Blow:
    """Returns a signal that comes during a call of Python, at which nothing may be noticed (PEP 475)."""
    return Blow("fail", at, error=ERRORS["EINTR"], only=INTERRUPTIBLE, by="python")


def assert_one_line(stage: Stage, struck: Struck) -> None:
    """Makes sure that a command which could not do its work said so in one line, with the right code."""
    said = (struck.struck, struck.code, struck.err)
    assert struck.code in (0, 1, 3), said
    assert "a fault of branchlab" not in struck.err, said
    assert "Traceback" not in struck.err, said
    assert RAW.search(struck.err) is None, said
    errors = [line for line in struck.err.splitlines() if line.startswith("branchlab: error: ")]
    assert len(errors) == (struck.code == 3), said
    if struck.code == 3:
        assert struck.err.splitlines()[-1] == errors[0], said
        assert ". hint: " in errors[0], said
    if struck.code == 1:  # the training itself failed, which is what `run` is there to report
        assert stage.scene.name in ("run", "first-run"), said
        assert OWN.search(struck.struck) or "failed after" in struck.err, said
