"""Digests of files and folders, equal to DVC's."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

from branchlab.data.ignored import Ignored
from branchlab.errors import UsageError
from branchlab.record.model import DataFile
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    import hashlib
    import io
    from collections.abc import Callable, Iterable, Iterator, Sequence

FOLDER_SUFFIX = ".dir"
CHUNK = 1 << 20

_LARGE = 1 << 20  # threads gain where hashing leaves the interpreter lock; with small files they only wait for it
_EXECUTABLE = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


class Entry(NamedTuple):
    """A file of a folder: its path relative to the folder, with forward slashes, and its digest."""

    path: str
    md5: str


class Found(NamedTuple):
    """A file on disk below a folder, before it is read."""

    path: str
    absolute: str
    bytes: int


def digest(path: str) -> DataFile:
    """Returns the digest, size and number of files of a file or folder.

    The `.dvcignore` files above a folder decide which of its files count, as they do for DVC.

    Raises:
        UsageError: when there is nothing, or a device, socket or pipe.
        OSError: when it cannot be read.
    """
    if not is_folder(path):
        return DataFile(hash_file(path), os.stat(path).st_size)
    found = list(walk(path))
    entries = [Entry(file.path, md5) for file, md5 in zip(found, hash_files(found), strict=True)]
    return DataFile(listing_digest(dump_listing(entries)), sum(file.bytes for file in found), len(found))


def is_folder(path: str) -> bool:
    """Tells a folder from a file.

    Raises:
        UsageError: for what is neither, and for what is not there.
    """
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{safe_text(path)} does not exist", "name a file or folder that is there") from None
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise UsageError(f"{safe_text(path)} is neither a file nor a folder", "only files can be tracked")
    return stat.S_ISDIR(mode)


def is_executable(path: str) -> bool:
    """Tells whether a file has any executable bit, which is what DVC's `isexec` means."""
    return bool(os.stat(path).st_mode & _EXECUTABLE)


def hash_file(path: str) -> str:
    """Returns the MD5 of a file's bytes in hexadecimal."""
    with open(path, "rb", buffering=0) as file:
        return stream_md5(file)


def stream_md5(stream: io.FileIO | io.BytesIO) -> str:
    """Returns the MD5 of what is left of a stream, in hexadecimal."""
    import hashlib  # with OpenSSL behind it: 3 ms that a run without data need not pay

    return hashlib.file_digest(stream, new_md5).hexdigest()


def hash_files(files: Sequence[Found], each: Callable[[str], str] = hash_file) -> list[str]:
    """Returns the MD5 of many files in their order; large ones are read on several threads."""
    large = [file.absolute for file in files if file.bytes >= _LARGE]
    if len(large) < 2:  # noqa: PLR2004 - one needs no company
        return [each(file.absolute) for file in files]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        digests = dict(zip(large, pool.map(each, large), strict=True))
    return [digests.get(file.absolute) or each(file.absolute) for file in files]


def walk(folder: str) -> Iterator[Found]:
    """Yields the files of a folder that DVC would count: links to files are followed, links to folders are not.

    Raises:
        UsageError: for a broken link, a socket or a pipe, and for a `.dvcignore` inside, which DVC refuses too.
    """
    ignored = Ignored.above(folder)
    for place, folders, names in os.walk(folder):
        prefix = "" if place == folder else f"{os.path.relpath(place, folder)}/"
        folders[:] = sorted(name for name in folders if not ignored.folder(place, name))
        for name in sorted(names):
            if name == ".dvcignore":
                raise UsageError(f"{safe_text(place)} holds a .dvcignore", "move it above the tracked folder")
            if ignored.file(place, name):
                continue
            path = os.path.join(place, name)
            if is_folder(path):  # a link that became a folder while we looked
                continue
            yield Found(prefix + name, path, os.stat(path).st_size)


def dump_listing(entries: Iterable[Entry]) -> bytes:
    """Returns the bytes of a folder's `.dir` object."""
    # These very bytes make the digest: order, separators and escapes are those of DVC's json.dumps.
    rows = [{"md5": entry.md5, "relpath": entry.path} for entry in sorted(entries)]
    return json.dumps(rows, sort_keys=True).encode()


def listing_digest(listing: bytes) -> str:
    """Returns the digest of a folder from the bytes of its `.dir` object."""
    return new_md5(listing).hexdigest() + FOLDER_SUFFIX


def new_md5(data: bytes = b"") -> hashlib._Hash:
    """Returns an MD5 that can be fed; it names content and protects nothing."""
    import hashlib

    return hashlib.md5(data, usedforsecurity=False)
