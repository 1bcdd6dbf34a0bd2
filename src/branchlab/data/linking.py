"""Brings DVC's content into a run's working tree without copying what is big.

Tried in this order: a reflink (shares the blocks, safe to write to), a copy while there is little to copy, a hard
link, a symbolic link. Links are read-only, and since root and careless programs write through them all the same,
`changed_links` finds the objects that were.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING, Literal

from branchlab.data.digest import CHUNK
from branchlab.data.pointer import Output, check_place
from branchlab.data.store import OBJECT_MODE, damaged_object, entries, is_content, missing_objects, object_path
from branchlab.errors import DamagedError, EnvironmentProblemError
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from branchlab.data.store import Store

Method = Literal["reflink", "copy", "hardlink", "symlink"]

COPY_BELOW = 1 << 20  # a file of this size or more is linked
COPY_BUDGET = 64 << 20  # and so are all files of an output that would take one working tree beyond this

_FICLONE = 0x40049409  # ioctl_ficlone(2)


class LinkedFile(NamedTuple):
    """A file that was brought into a working tree, and how its object in the cache looked then.

    Attributes:
        path: relative to the project.
        md5: digest of the content.
        method: how it was brought.
        object: absolute path of the object.
        mtime_ns: time of the object's last change.
        bytes: size of the object.
        inode: number of the object's inode.
        legacy: an object of DVC 1 or 2.
    """

    path: str
    md5: str
    method: Method
    object: str
    mtime_ns: int
    bytes: int
    inode: int
    legacy: bool = False


class Linked(NamedTuple):
    """What `link_outputs` did.

    Attributes:
        files: each file that was brought.
        missing: outputs that are not, or not completely, in the cache; nothing of them was brought.
        present: paths of outputs that were there already, because git keeps them.
    """

    files: tuple[LinkedFile, ...]
    missing: tuple[Output, ...]
    present: tuple[str, ...] = ()


def link_outputs(
    store: Store, target_root: str, outputs: Sequence[Output], *, writable: Collection[str] = ()
) -> Linked:
    """Brings the content of outputs into a fresh working tree.

    Args:
        store: where the content is.
        target_root: absolute folder of the project in that working tree.
        outputs: what to bring; what exists there already is left alone.
        writable: paths of outputs that the run may write to, such as its artifacts: never linked, always copied.

    Raises:
        DamagedError: when a folder's listing is damaged or the way to a path leads through a symbolic link.
        EnvironmentProblemError: when the disk refuses.
    """
    try:
        missing = set(missing_objects(store, outputs))
    except OSError as error:
        raise EnvironmentProblemError(
            f"the DVC cache cannot be read: {error.strerror}", "check room and permissions on the disk"
        ) from None
    linker = _Linker()
    files: list[LinkedFile] = []
    present: list[str] = []
    for output in outputs:
        target = os.path.join(target_root, output.path)
        # A folder that git brings in part, with a README of its own, still gets its files.
        if os.path.lexists(target) and (output.files is None or not _is_own_folder(target)):
            present.append(output.path)
            continue
        if output in missing:
            continue
        try:
            files += linker.bring(store, target_root, output, free=output.path in writable)
        except OSError as error:
            place = safe_text(output.path)
            raise EnvironmentProblemError(
                f"{place} cannot be linked: {error.strerror}", "check room and permissions on the disk"
            ) from None
    absent = tuple(output for output in outputs if output in missing and output.path not in present)
    return Linked(tuple(files), absent, tuple(present))


def changed_links(linked: Linked) -> list[str]:
    """Returns the paths whose object in the cache was written to, or removed, through its link.

    Costs one `stat` per link; only objects that look different are read.
    """
    return [file.path for file in linked.files if file.method in ("hardlink", "symlink") and _changed(file)]


def place_file(source: str, target: str, methods: Sequence[Method], *, executable: bool = False) -> Method:
    """Brings one object to a path that does not exist, by the first method that works.

    Copies and reflinks are writable, links read-only. An executable file is never linked: the bit would be the
    object's, for everyone.

    Raises:
        OSError: when no method works.
    """
    problem: OSError | None = None
    for method in methods:
        if executable and method in ("hardlink", "symlink"):
            continue
        try:
            _PLACE[method](source, target)
        # No other way would do better: the object is gone, or somebody else was faster.
        except (FileNotFoundError, FileExistsError):
            raise
        except OSError as error:
            problem = error
            continue
        if executable:
            mode = stat.S_IMODE(os.stat(target).st_mode)
            os.chmod(target, mode | (mode & 0o444) >> 2)  # executable for those who may read
        return method
    if "copy" not in methods:
        return place_file(source, target, ("copy",), executable=executable)
    raise problem or OSError(f"no way to place {target}")


def make_folders(root: str, path: str, *, dry: bool = False) -> None:
    """Makes the folders that lead to `path` below `root`; `dry` only checks them.

    Raises:
        DamagedError: when one of them is a symbolic link: a repository could lead us anywhere with it.
    """
    problem = check_place(path)
    if problem:
        raise DamagedError(f"{safe_text(path)} {problem}", "restore its pointer from git, or track the data again")
    place = root
    for part in path.split("/")[:-1]:
        place = os.path.join(place, part)
        try:
            mode = os.lstat(place).st_mode
        except FileNotFoundError:
            if dry:
                return
            os.makedirs(place, exist_ok=True)
            continue
        if stat.S_ISLNK(mode):
            raise DamagedError(
                f"{safe_text(path)} leads through the symbolic link {safe_text(part)}", "remove the link"
            )


class _Linker:
    """Remembers across outputs which methods the disk refuses and how much was copied."""

    def __init__(self) -> None:
        self.refused: set[Method] = set() if sys.platform == "linux" else {"reflink"}
        self.budget = COPY_BUDGET

    def bring(self, store: Store, root: str, output: Output, *, free: bool) -> list[LinkedFile]:
        # An output as a whole: half of a folder writable and half of it not would surprise.
        copies = output.bytes <= self.budget
        if copies:
            self.budget -= output.bytes
        found = entries(store, output)
        if output.files is not None:
            make_folders(root, f"{output.path}/file")
        folders: set[str] = set()
        files: list[LinkedFile] = []
        for entry in found:
            path = f"{output.path}/{entry.path}" if entry.path else output.path
            folder = path.rpartition("/")[0]
            if folder not in folders:
                make_folders(root, path)
                folders.add(folder)
            if os.path.lexists(os.path.join(root, path)):
                continue
            source = object_path(store, entry.md5, legacy=output.legacy)
            seen = os.stat(source)
            if output.files is None and seen.st_size != output.bytes:
                raise damaged_object(output.md5)  # torn by a power cut, or written through a link
            small = copies and seen.st_size < COPY_BELOW
            method = self._place(source, os.path.join(root, path), output, copy=small or free)
            look = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
            files.append(LinkedFile(path, entry.md5, method, source, *look, output.legacy))
        return files

    def _place(self, source: str, target: str, output: Output, *, copy: bool) -> Method:
        wanted: tuple[Method, ...] = (
            ("reflink", "copy") if copy or output.executable else ("reflink", "hardlink", "symlink")
        )
        methods = [method for method in wanted if method not in self.refused]
        used = place_file(source, target, methods, executable=output.executable)
        if "reflink" in methods and used != "reflink":
            self.refused.add("reflink")
        return used


def _is_own_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _changed(file: LinkedFile) -> bool:
    try:
        now = os.stat(file.object)
    except FileNotFoundError:
        return True
    if (now.st_mtime_ns, now.st_size, now.st_ino) == (file.mtime_ns, file.bytes, file.inode):
        return False
    # A new time alone says little: a backup or a `touch` of the command changes it as well.
    return not is_content(file.object, file.md5, legacy=file.legacy)


def _reflink(source: str, target: str) -> None:
    import fcntl

    with open(source, "rb") as reader, open(target, "xb") as writer:
        try:
            fcntl.ioctl(writer.fileno(), _FICLONE, reader.fileno())
        except OSError:
            # The empty file would stand in the way of the next method.
            os.unlink(target)
            raise


def _copy(source: str, target: str) -> None:
    with open(source, "rb", buffering=0) as reader, open(target, "xb") as writer:
        while chunk := reader.read(CHUNK):
            writer.write(chunk)


def _hardlink(source: str, target: str) -> None:
    # An object that another tool put there may be writable, and so would the link be: they are one file.
    if stat.S_IMODE(os.stat(source).st_mode) != OBJECT_MODE:
        os.chmod(source, OBJECT_MODE)
    os.link(source, target)


_PLACE: dict[Method, Callable[[str, str], None]] = {
    "reflink": _reflink,
    "copy": _copy,
    "hardlink": _hardlink,
    "symlink": os.symlink,
}
