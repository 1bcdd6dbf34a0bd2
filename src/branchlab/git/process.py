"""Starts git: argument lists, a scrubbed environment, a time limit, and errors in plain words."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from branchlab.errors import EnvironmentProblemError
from branchlab.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TIMEOUT = 600.0
_OWN = "branchlab: error: "
_NOT_PUSHED = "error: failed to push some refs"
_REJECTED = ("! [remote rejected] ", "! [rejected] ", "! [remote failure] ")  # git-push(1), "Output"
_TRUST = "git config --global --add safe.directory "  # so git begins its own remedy for a repository of somebody else

# What a person or a CI job sets on purpose. Everything else that starts with GIT_ (GIT_DIR, GIT_INDEX_FILE, …) is
# left by a hook or an alias and would point git at another repository. These are beginnings: GIT_SSH is also
# GIT_SSH_COMMAND, and GIT_CONFIG_ takes along GIT_CONFIG_PARAMETERS, in which `git -c` reaches a hook.
_KEPT = (
    "GIT_ALLOW_PROTOCOL",
    "GIT_ASKPASS",
    "GIT_AUTHOR_",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMITTER_",
    "GIT_CONFIG_",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
    "GIT_HTTP_",
    "GIT_LFS_",
    "GIT_PROXY_",
    "GIT_SSH",
    "GIT_SSL_",
    "GIT_TEMPLATE_DIR",
)


class GitError(EnvironmentProblemError):
    """Raised when git itself refuses; `stderr` and `returncode` are what it said."""

    def __init__(self, command: str, returncode: int, stderr: str) -> None:
        said = last_line(stderr) or f"exit code {returncode}"
        super().__init__(f"git {command} failed: {said}", _remedy(stderr))
        self.returncode = returncode
        self.stderr = stderr


class VanishedDirectoryError(EnvironmentProblemError):
    """Raised when the folder that git should work in is not there."""


def git_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Returns the environment git runs in: no stray GIT_ variables, plain messages, no prompts, no optional locks."""
    return (_shield or _clean_environment()) | dict(extra or {})


def _clean_environment() -> dict[str, str]:
    # Optional locks: with them our `git status` holds index.lock for a moment, and the user's commit beside it fails.
    # The language: `last_line`, `_remedy` and `refs.explain` know git's words in English only.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key.startswith(_KEPT)}
    return clean | {"LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat"}


def run_git(
    arguments: Sequence[str],
    *,
    cwd: str,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> bytes:
    """Runs git to its end and returns what it printed.

    Raises:
        GitError: when git exits with another code than 0.
        EnvironmentProblemError: when git is missing, hangs, or the folder is gone.
    """
    process = start_git(arguments, cwd=cwd, env=env)
    return finish_git(process, arguments, stdin, timeout)


def start_git(
    arguments: Sequence[str], *, cwd: str, env: Mapping[str, str] | None = None, own_group: bool = False
) -> subprocess.Popen[bytes]:
    """Starts git with pipes on all three streams, for work side by side.

    In a process group of its own it does not hear Ctrl-C in the terminal; nor can it ask anything there.

    Raises:
        EnvironmentProblemError: when git is not on the PATH.
        VanishedDirectoryError: when `cwd` is not there.
    """
    try:
        return subprocess.Popen(
            ["git", *arguments],
            cwd=cwd,
            env=git_environment(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0 if own_group or _shield else None,
        )
    except FileNotFoundError:
        if not os.path.isdir(cwd):
            raise VanishedDirectoryError(
                f"the folder {safe_text(cwd)} is not there", "go to a folder that is there"
            ) from None
        raise EnvironmentProblemError("git is not on the PATH", "install git 2.36 or newer, or mend the PATH") from None
    except OSError as error:
        raise EnvironmentProblemError(
            f"git cannot be started: {error.strerror}", "git --version must work here; ulimit -a shows the limits"
        ) from None


def finish_git(
    process: subprocess.Popen[bytes], arguments: Sequence[str], stdin: bytes = b"", timeout: float = TIMEOUT
) -> bytes:
    """Waits for a started git and returns what it printed; raises as `run_git` does."""
    try:
        out, err = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired:
        _end(process)
        raise EnvironmentProblemError(
            f"git {verb_of(arguments)} did not answer within {timeout:.0f} s", "look for a lock or a dead disk"
        ) from None
    if process.returncode:
        raise GitError(verb_of(arguments), process.returncode, err.decode(errors="replace"))
    return out


@contextmanager
def shielded() -> Iterator[None]:
    """Keeps Ctrl-C in the terminal from every git that is started in the block, in any thread: its caller answers.

    The environment is that of the beginning of the block: it is not put together for each of thousands of gits.
    """
    global _shield  # noqa: PLW0603 - the terminal signals the whole process, too
    before, _shield = _shield, _clean_environment()
    try:
        yield
    finally:
        _shield = before


_shield: dict[str, str] = {}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills git without reading on: a child of it, such as ssh, may hold the pipes open for as long as it likes."""
    process.kill()
    for stream in filter(None, (process.stdin, process.stdout, process.stderr)):
        stream.close()
    process.wait()


def last_line(stderr: str) -> str:
    """Returns the line of git's words that matters: the first `fatal:` or `error:`, else the last, without mark.

    Of a push that the remote rejected that is the remote's reason, which git prints before its own error.
    """
    lines = [line.strip() for line in stderr.splitlines() if line.strip() and not line.startswith("hint:")]
    own = next((line for line in lines if line.startswith(_OWN)), "").removeprefix(_OWN)  # a hook of ours refused
    chosen = own or next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "")
    if chosen.startswith(_NOT_PUSHED):
        chosen = next((line.removeprefix("! ") for line in lines if line.startswith(_REJECTED)), chosen)
    return safe_text(chosen.removeprefix("fatal:").removeprefix("error:").strip().rstrip("."))


def verb_of(arguments: Sequence[str]) -> str:
    """Returns what git was asked to do: the first argument that is no option."""
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in ("-c", "-C"):
            skip = True
        elif not argument.startswith("-"):
            return argument
    return ""


def _remedy(stderr: str) -> str:
    # The first that fits counts, so causes stand before what failed for them: "unable to write …: No space left".
    remedies = {
        "empty ident": "set user.name and user.email with git config",
        "tell me who you are": "set user.name and user.email with git config",
        "No space left": "make room on the disk and try again",
        "Out of diskspace": "make room on the disk and try again",
        "Input/output error": "the disk fails: save what is on it, and look at the system's log",
        "Permission denied (": "check the key for this host, and git remote -v",  # so ssh lists what it tried
        "Permission denied": "check the permissions of the repository",
        "Read-only file system": "the repository must be writable for this",
        ".lock': File exists": "another git is at work, or a lock was left: branchlab doctor",
        "could not lock config file": "another git is at work, or a lock was left: branchlab doctor",
        "Could not resolve host": "check the network and git remote -v",
        "does not appear to be a git repository": "check git remote -v",  # git says the next one as well then
        "Could not read from remote": "check the network and git remote -v",
        "non-fast-forward": "the remote has commits that are not here: git fetch, then merge or rebase",
        "(fetch first)": "the remote has commits that are not here: git fetch, then merge or rebase",
        "hook declined": "a hook of the remote refused it: git push shows its words",
        "cannot switch branch while": "finish that or abort it, then try again",
        "commondir": "making a worktree was cut short: branchlab doctor --fix",
        "unsupported file type": "put a plain file in its place, or move it away",
        "invalid reference": "git branch -a lists what is there",
        "couldn't write": "check the room and the permissions on the disk",
        "unable to write": "check the room and the permissions on the disk",
        "unable to create": "check the room and the permissions on the disk",
        "could not write": "check the room and the permissions on the disk",
        "couldn't set": "check the room and the permissions on the disk",
        "tree not found": "what was just written is gone: check the disk, then try again",
        "[remote rejected]": "see its disk, permissions and settings: git push shows all that it said",
        "[remote failure]": "see its disk, permissions and settings: git push shows all that it said",
        "failed to push some refs": "git push shows all that the remote said",
        "write error": "check the room and the permissions on the disk",
    }
    said = stderr.lower()  # git begins some of these with a capital
    told = next((line.strip() for line in stderr.splitlines() if line.strip().startswith(_TRUST)), "")
    return safe_text(told) or next((hint for words, hint in remedies.items() if words.lower() in said), "")
