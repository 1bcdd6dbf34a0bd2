"""Git processes that stay for many commits: what one record costs is a few lines through a pipe.

`write_commit` starts `git fast-import` for each commit, and `update-ref` for each ref. That is right for one run; a
sweep of a thousand trials would spend more on starting git than two bare shell loops spend on everything.
"""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from branchlab.errors import EnvironmentProblemError
from branchlab.git.collection import despite_collection, is_collecting, pack_commit
from branchlab.git.commit import author_of, check_path, committer_of
from branchlab.git.objects import GitObject, ask_object
from branchlab.git.process import GitError, start_git, verb_of
from branchlab.git.refs import OWN_ENVIRONMENT, explain, ref_command
from branchlab.git.trees import TREE_MODE, Entry, format_tree, parse_tree
from branchlab.plainfile import overwrite, sync_file
from branchlab.text import safe_text

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType

    from branchlab.git.commit import NewCommit
    from branchlab.git.repository import Repository

_Known = TypeVar("_Known")
_KEPT = 64  # objects; a folder may have thousands of entries
_AT_A_TIME = 500  # questions, so that neither side waits for the other with a full pipe
_FILE_MODE = b"100644"
# To prepare takes the locks and compares old values. https://git-scm.com/docs/git-update-ref has the whole dialogue.
_TRANSACTION = b"start\0%bprepare\0commit\0"
_ANSWERS = 3  # start: ok, prepare: ok, commit: ok


class GitSession:
    """Reads objects, writes commits and moves refs; threads may share one.

    A git that ended, because a ref was taken or the disk is full, is started again for the next question.
    """

    def __init__(self, repository: Repository, scratch: str, reason: str) -> None:
        """Starts nothing yet.

        Args:
            repository: where objects and refs are.
            scratch: a folder that is ours alone; what is in it is lost.
            reason: stands in the reflog of every ref that is moved.
        """
        self._repository = repository
        self._scratch = scratch
        self._reader = _Git(repository, ["cat-file", "--batch"])
        self._writers = {  # a `git hash-object` writes one kind only
            kind: _Git(repository, _hashing(kind), cwd=scratch) for kind in ("blob", "tree", "commit")
        }  # fmt: skip
        self._refs = _Git(repository, ["-c", "core.fsync=all", "update-ref", "-m", reason, "--stdin", "-z"])
        self._tops: dict[str, str] = {}  # the tree of a commit
        self._trees: dict[str, dict[bytes, Entry]] = {}

    def __enter__(self) -> Self:
        """Makes the scratch folder."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        os.makedirs(self._scratch)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends all processes."""
        for git in (self._reader, *self._writers.values(), self._refs):
            git.end()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def read(self, spec: str) -> GitObject | None:
        """Returns the object of a spec (`oid`, `refs/heads/x`, `oid:path`), or None.

        Raises:
            EnvironmentProblemError: when git ends instead of answering.
        """
        with self._reader.lock:
            return ask_object(self._reader.started(), spec)

    def write_commit(self, commit: NewCommit) -> str:
        """Writes a commit that no ref holds yet, and returns its id.

        Raises:
            EnvironmentProblemError: for a path that no tree may hold, and when git cannot write.
            OSError: when the disk refuses.
        """
        tree = commit.tree or self._tree_of(commit.parent)
        changes: dict[str, bytes | None] = {**dict.fromkeys(commit.removed), **commit.files}
        for path in changes:
            check_path(path)
        blobs = {path: content for path, content in changes.items() if content is not None}
        fresh: list[str] = []
        oids = dict(zip(blobs, self._write("blob", blobs.values(), fresh), strict=True))
        if changes:
            edited = self._edited(tree, {path: oids.get(path) for path in changes}, fresh)
            # Only the top may be empty: git has no tree for a folder without files.
            tree = edited or self._write("tree", [b""], fresh)[0]
        oid = self._write("commit", [_commit_body(self._repository, commit, tree)], fresh)[0]
        self._sync(fresh)
        _keep(self._tops, oid, tree)  # the record of a trial stands on its code, which was written here as well
        return oid

    def create_ref(self, name: str, oid: str) -> None:
        """Makes a ref that must not exist yet; raises as `refs.create_ref` does."""
        self._move(ref_command("create", name, oid), name)
        self._outlast(oid)

    def move_ref(self, name: str, new: str, old: str) -> None:
        """Moves a ref from `old` to `new`, and only from `old`; raises as `refs.move_ref` does."""
        self._move(ref_command("update", name, new, old), name)
        self._outlast(new)

    def delete_ref(self, name: str, old: str) -> None:
        """Deletes a ref that still points at `old`; raises as `refs.delete_ref` does."""
        self._move(ref_command("delete", name, old), name)

    def _tree_of(self, commit: str) -> str:
        known = self._tops.get(commit)
        if known is None:
            found = self.read(f"{commit}^{{tree}}")
            if found is None:
                raise EnvironmentProblemError(f"commit {safe_text(commit)} is not there", "git fsck")
            known = found.oid
            _keep(self._tops, commit, known)
        return known

    def _entries(self, tree: str) -> dict[bytes, Entry]:
        known = self._trees.get(tree)
        if known is None:
            found = self.read(tree)
            known = parse_tree(found.body, self._repository.object_format) if found else {}
            _keep(self._trees, tree, known)
        return dict(known)  # `_edited` changes what it gets

    def _edited(self, tree: str, changes: Mapping[str, str | None], fresh: list[str]) -> str:
        """Writes a tree with blobs replaced, or removed where there is no id; returns "" when nothing is left."""
        entries = self._entries(tree) if tree else {}
        below: dict[str, dict[str, str | None]] = {}
        for path, oid in changes.items():
            name, inside, rest = path.partition("/")
            if inside:
                below.setdefault(name, {})[rest] = oid
            elif oid is None:
                entries.pop(os.fsencode(name), None)
            else:
                entries[os.fsencode(name)] = Entry(_FILE_MODE, oid)
        for name, inner in below.items():
            old = entries.pop(os.fsencode(name), None)
            is_tree = old is not None and old.mode == TREE_MODE
            if old and not is_tree and not any(inner.values()):
                entries[os.fsencode(name)] = old  # a file stands where only something below it was to be removed
                continue
            new = self._edited(old.oid if old and is_tree else "", inner, fresh)
            if new:
                entries[os.fsencode(name)] = Entry(TREE_MODE, new)
        if not entries:
            return ""
        oid = self._write("tree", [format_tree(entries)], fresh)[0]
        _keep(self._trees, oid, entries)
        return oid

    def _write(self, kind: str, contents: Iterable[bytes], fresh: list[str]) -> list[str]:
        """Writes objects, adds their ids to those that are not surely on the disk yet, and returns them."""
        names = []
        thread = threading.get_ident()  # other threads write at the same time
        for number, content in enumerate(contents):
            names.append(f"{kind}-{thread}-{number}\n")
            overwrite(os.path.join(self._scratch, names[-1][:-1]), content)
        oids: list[str] = []
        for start in range(0, len(names), _AT_A_TIME):
            some = names[start : start + _AT_A_TIME]
            ask = partial(self._writers[kind].ask, "".join(some).encode(), len(some))
            oids += [line.decode().strip() for line in despite_collection(ask)]
        fresh += oids
        return oids

    def _sync(self, oids: Iterable[str]) -> None:
        """Waits until objects outlast a power cut: once for all of them, where git would wait for each one alone."""
        for oid in oids:
            path = os.path.join(self._repository.common_dir, "objects", oid[:2], oid[2:])
            # One that is in a pack was there before, and git waits for packs.
            with suppress(FileNotFoundError):
                sync_file(path)

    def _outlast(self, oid: str) -> None:
        if is_collecting(self._repository):
            pack_commit(self._repository, oid)

    def _move(self, command: bytes, name: str) -> None:
        try:
            self._refs.ask(_TRANSACTION % command, _ANSWERS)
        except GitError as error:
            raise explain(error, name) from None


class _Git:
    """One git that answers line by line."""

    def __init__(self, repository: Repository, arguments: Sequence[str], cwd: str = "") -> None:
        self.lock = threading.Lock()
        self._arguments = arguments
        self._cwd = cwd or repository.top
        # The scratch folder lies in a git directory, where git may refuse to look for one (safe.bareRepository).
        self._environment = {**OWN_ENVIRONMENT, **({"GIT_DIR": repository.common_dir} if cwd else {})}
        self._process: subprocess.Popen[bytes] | None = None

    def started(self) -> subprocess.Popen[bytes]:
        """Returns the process, a new one where the old one ended."""
        if self._process is None or self._process.poll() is not None:
            self.end()
            # In a group of its own: Ctrl-C in the terminal is for us to answer.
            self._process = start_git(self._arguments, cwd=self._cwd, env=self._environment, own_group=True)
        return self._process

    def ask(self, question: bytes, lines: int) -> list[bytes]:
        """Returns so many lines of answer.

        Raises:
            GitError: when git ends instead.
        """
        with self.lock:
            process = self.started()
            stdin, stdout = process.stdin, process.stdout
            if stdin is None or stdout is None:
                return []
            try:
                stdin.write(question)
                stdin.flush()
            except BrokenPipeError:
                pass  # it says why on its other streams
            answers = [stdout.readline() for _ in range(lines)]
            if answers and not answers[-1]:
                raise self._refusal(process)
            return answers

    def _refusal(self, process: subprocess.Popen[bytes]) -> GitError:
        said = process.stderr.read() if process.stderr else b""
        code = process.wait()
        self.end()
        return GitError(verb_of(self._arguments), code, said.decode(errors="replace"))

    def end(self) -> None:
        """Ends the process; it has nothing left to do."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in filter(None, (process.stdin, process.stdout, process.stderr)):
            try:
                stream.close()
            except BrokenPipeError:
                continue
        process.wait()


def _keep(known: dict[str, _Known], oid: str, value: _Known) -> None:
    """Remembers what an object holds, which never changes."""
    if len(known) >= _KEPT:
        known.clear()
    known[oid] = value


def _hashing(kind: str) -> list[str]:
    # `_sync` waits for the disk. No filters: core.autocrlf would change what a record holds.
    return ["-c", "core.fsync=none", "hash-object", "-w", "-t", kind, "--no-filters", "--stdin-paths"]


def _commit_body(repository: Repository, commit: NewCommit, tree: str) -> bytes:
    head = f"tree {tree}\nparent {commit.parent}\n".encode()
    people = b"author " + author_of(repository, commit) + b"\ncommitter " + committer_of(repository) + b"\n\n"
    return head + people + commit.message.encode(errors="surrogateescape")
