"""DVC's cache: content by digest, shared by all working trees of a repository.

Layout and modes are DVC's own, so DVC takes what is added here as its own work: an object lies in
`files/md5/<2>/<30>`, is read-only, and appears under its name only when it is complete.
"""

from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from branchlab.data.config import (
    Config,
    absolute_paths,
    merge_config,
    read_config,
    shared_config_files,
)
from branchlab.data.digest import (
    CHUNK,
    FOLDER_SUFFIX,
    Entry,
    dump_listing,
    hash_file,
    hash_files,
    is_executable,
    is_folder,
    listing_digest,
    new_md5,
    stream_md5,
    walk,
)
from branchlab.data.pointer import Output, check_md5, check_place, pointer_path
from branchlab.errors import DamagedError, EnvironmentProblemError, UsageError
from branchlab.plainfile import read_plain
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from branchlab.git.repository import Repository

DVC_FOLDER = ".dvc"
OBJECT_MODE = 0o444  # DVC's: who opens a linked file for writing is refused, unless it is root
LINK_TYPES = ("reflink", "copy")  # DVC's default for the user's own working tree


class Store(NamedTuple):
    """The DVC side of a project.

    Attributes:
        root: absolute folder that holds `.dvc`, in this working tree.
        cache: absolute folder of the cache; the main working tree's for a linked one.
        config: every setting of DVC that holds here, with absolute paths.
        private: what a linked working tree lacks of it: local settings, and addresses of remotes made absolute.
    """

    root: str
    cache: str
    config: Config
    private: Config

    @property
    def link_types(self) -> tuple[str, ...]:
        """How DVC is told to bring content into the user's working tree, in the order to try."""
        value = self.config.get("cache", {}).get("type", "")
        types = tuple(part.strip() for part in value.split(",") if part.strip())
        return types or LINK_TYPES


def find_store(project_root: str, top: str, common_dir: str = "") -> Store | None:
    """Finds `.dvc` from the project's folder up to the top of the working tree.

    A linked working tree has neither the main one's cache nor its `config.local`; both are taken from there,
    unless the linked tree's own `config.local` says otherwise.

    Args:
        project_root: absolute folder of the project.
        top: absolute folder of the git working tree.
        common_dir: the git directory that all working trees share; git is asked when it is not given.

    Returns:
        None when the project has no `.dvc`.
    """
    root = _find_root(project_root, top)
    if root is None:
        return None
    main = os.path.normpath(os.path.join(main_top(top, common_dir), os.path.relpath(root, top)))
    config, private = _read_configs(root, main)
    cache = config.get("cache", {}).get("dir") or os.path.join(main, DVC_FOLDER, "cache")
    return Store(root, cache, config, private)


def main_top(top: str, common_dir: str = "") -> str:
    """Returns the main working tree of the repository; `top` itself where that is it, or where there is none."""
    if not _is_linked(top):
        return top
    if not common_dir:
        from branchlab.git.repository import find_repository

        common_dir = find_repository(top).common_dir
    parent, name = os.path.split(os.path.realpath(common_dir))
    return parent if name == ".git" else top


def _is_linked(top: str) -> bool:
    """Tells a linked working tree from a main one whose git directory lies elsewhere, as a submodule's does."""
    link = os.path.join(top, ".git")
    if os.path.isdir(link):
        return False
    named = os.fsdecode(read_plain(link) or b"").removeprefix("gitdir:").strip(" ").removesuffix("\n")
    return os.path.exists(os.path.join(top, named, "commondir"))


def why_no_store(repository: Repository, prefix: str) -> tuple[str, str]:
    """Returns what to say where `find_store` finds nothing for the project in the folder `prefix`, and the remedy."""
    hidden = hidden_dvc(repository, prefix)
    if hidden:
        folder = safe_text(hidden)
        return f"the sparse checkout leaves out {folder}", f"git sparse-checkout add {folder}"
    return "this project has no DVC", "branchlab init"


def hidden_dvc(repository: Repository, prefix: str) -> str:
    """Returns the folder of DVC that the commit has and a sparse checkout leaves out; an empty text for none."""
    from branchlab.git.sparse import folders_above, left_out

    missing = left_out(repository, [f"{folder}{DVC_FOLDER}/config" for folder in folders_above(prefix)])
    return (missing or "").removesuffix("/config")


def object_path(store: Store, md5: str, *, legacy: bool = False) -> str:
    """Returns where the content with this digest lies, or would lie; `legacy` for pointers of DVC 1 and 2."""
    folder = store.cache if legacy else os.path.join(store.cache, "files", "md5")
    return f"{folder}/{md5[:2]}/{md5[2:]}"


def has(store: Store, md5: str, *, legacy: bool = False) -> bool:
    """Tells whether the cache holds an object of this name; its content is not read."""
    return os.path.isfile(object_path(store, md5, legacy=legacy))


def verify(store: Store, md5: str, *, legacy: bool = False) -> bool:
    """Reads an object and tells whether its content has its digest; for a folder, of its listing only.

    Raises:
        FileNotFoundError: when there is no such object.
    """
    return is_content(object_path(store, md5, legacy=legacy), md5, legacy=legacy)


def entries(store: Store, output: Output) -> list[Entry]:
    """Returns the files of an output: a folder's listing, or the file itself under the path "".

    Raises:
        FileNotFoundError: when the listing is not in the cache.
        DamagedError: when the listing is not what its digest says, or names a place outside the folder.
    """
    if not output.md5.endswith(FOLDER_SUFFIX):
        return [Entry("", output.md5)]
    with open(object_path(store, output.md5, legacy=output.legacy), "rb") as file:
        content = file.read()
    if listing_digest(content) != output.md5:
        raise damaged_object(output.md5)
    try:
        rows = json.loads(content)
        found = [Entry(row["relpath"], row["md5"]) for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise damaged_object(output.md5) from None
    for entry in found:
        # The digest proves only that nobody changed the listing; whoever made it may have meant harm.
        problem = check_place(entry.path) if isinstance(entry.path, str) else "is not a path"
        if problem or not check_md5(entry.md5) or entry.md5.endswith(FOLDER_SUFFIX):
            reason = problem or "has no digest"
            raise DamagedError(
                f"{safe_text(output.path)} lists {safe_text(str(entry.path))}, which {reason}", "track the data again"
            )
    return found


def missing_objects(store: Store, outputs: Iterable[Output]) -> list[Output]:
    """Returns the outputs of which the cache lacks something."""
    return [output for output in outputs if not _complete(store, output)]


def add(store: Store, root: str, path: str) -> Output:
    """Puts a file or folder into the cache; the file itself stays as it is.

    Safe beside other adds and beside DVC: an object is written under a temporary name and renamed. The digest is
    that of the bytes that were copied, even if the file changes meanwhile.

    Args:
        store: where to put it.
        root: absolute folder that `path` is relative to.
        path: the output, with forward slashes.

    Returns:
        What the pointer beside the output must say.

    Raises:
        UsageError: when it does not exist, is a device, lies outside `root`, or has a name that is not UTF-8.
        EnvironmentProblemError: when it cannot be read or the cache cannot be written.
    """
    problem = check_place(path)
    if problem:
        raise UsageError(f"{safe_text(path)} {problem}", "name a file or folder below the project")
    source = os.path.join(root, path)
    try:
        if not is_folder(source):
            md5, size = _add_file(store, source)
            return Output(path, md5, size, None, is_executable(source), pointer_path(path))
        return _add_folder(store, source, path)
    except OSError as error:
        place = safe_text(str(error.filename or source))
        raise EnvironmentProblemError(
            f"{place} cannot be added to the cache: {error.strerror}", "check room and permissions on the disk"
        ) from None


def is_content(path: str, md5: str, *, legacy: bool = False) -> bool:
    """Reads a file and tells whether it has the digest; `legacy` text may have it with line feeds only."""
    wanted = md5.removesuffix(FOLDER_SUFFIX)
    return hash_file(path) == wanted or (legacy and _unix_digest(path) == wanted)


def adopt(store: Store, path: str, md5: str, *, legacy: bool = False) -> bool:
    """Reads a file on the cache's disk and moves it into the cache when its content has the digest; tells whether."""
    if not is_content(path, md5, legacy=legacy):
        return False
    _publish(path, object_path(store, md5, legacy=legacy))
    return True


def drop_damaged(store: Store, md5: str, *, legacy: bool = False) -> bool:
    """Takes an object whose content is wrong out of the cache, so that DVC and a pull will not take it for good.

    The bytes are kept under their true digest: they may be what a program wrote through a link by mistake.

    Returns:
        Whether it was there and damaged.
    """
    path = object_path(store, md5, legacy=legacy)
    if not os.path.lexists(path) or is_content(path, md5, legacy=legacy):
        return False
    # Before the unlink: a full disk leaves the object where it is.
    _add_file(store, path)
    os.unlink(path)
    return True


def damaged_object(md5: str) -> DamagedError:
    """Returns the error for an object whose content does not have its digest."""
    return DamagedError(f"object {md5} in the DVC cache is damaged", "branchlab doctor --fix, then branchlab pull")


def _find_root(project_root: str, top: str) -> str | None:
    place = os.path.abspath(project_root)
    top = os.path.abspath(top)
    while not os.path.isdir(os.path.join(place, DVC_FOLDER)):
        # Not above the repository: a `.dvc` there belongs to another project, and the second is the root of the disk.
        if place in (top, os.path.dirname(place)):
            return None
        place = os.path.dirname(place)
    return place


def _read_configs(root: str, main: str) -> tuple[Config, Config]:
    """Merges DVC's configuration files, weakest first. Paths of committed files are meant from the main tree."""
    shared = [absolute_paths(read_config(path), os.path.dirname(path)) for path in shared_config_files()]
    here, there = os.path.join(root, DVC_FOLDER), os.path.join(main, DVC_FOLDER)
    committed = absolute_paths(read_config(os.path.join(here, "config")), there)
    local = absolute_paths(read_config(os.path.join(there, "config.local")), there)
    own = {} if here == there else absolute_paths(read_config(os.path.join(here, "config.local")), here)
    remotes = {name: {"url": section["url"]} for name, section in committed.items() if "url" in section}
    return merge_config(*shared, committed, local, own), merge_config(remotes, local, own)


def _complete(store: Store, output: Output) -> bool:
    try:
        found = entries(store, output)
    except FileNotFoundError:
        return False
    return all(has(store, entry.md5, legacy=output.legacy) for entry in found)


def _add_folder(store: Store, source: str, path: str) -> Output:
    found = list(walk(source))
    for file in found:
        problem = check_place(file.path)
        if problem:
            raise UsageError(f"{safe_text(path)}/{safe_text(file.path)} {problem}", "rename the file")
    digests = hash_files(found, lambda place: _add_file(store, place)[0])
    listing = dump_listing(Entry(file.path, md5) for file, md5 in zip(found, digests, strict=True))
    md5 = listing_digest(listing)
    if not _same_size(object_path(store, md5), len(listing)):
        _write_object(store, io.BytesIO(listing), FOLDER_SUFFIX)
    return Output(path, md5, sum(file.bytes for file in found), len(found), pointer=pointer_path(path))


def _add_file(store: Store, source: str) -> tuple[str, int]:
    with open(source, "rb", buffering=0) as reader:
        # A large file is read twice, once to know its digest and, if the cache lacks it, once to copy it.
        small = os.fstat(reader.fileno()).st_size < CHUNK
        stream = io.BytesIO(reader.read()) if small else reader  # small files are read once
        md5 = stream_md5(stream)
        size = stream.seek(0, os.SEEK_END)
        if _same_size(object_path(store, md5), size):
            return md5, size
        stream.seek(0)
        return _write_object(store, stream)


def _write_object(store: Store, reader: io.FileIO | io.BytesIO, suffix: str = "") -> tuple[str, int]:
    """Copies a stream into the cache under the digest of what was copied; returns digest and size."""
    # On the cache's disk, for the rename, and not in `md5/`, where DVC looks for objects.
    temporary = os.path.join(store.cache, "files", f".{os.urandom(8).hex()}.tmp")
    hasher, size = new_md5(), 0
    try:
        with _create(temporary) as writer:
            while chunk := reader.read(CHUNK):
                hasher.update(chunk)
                size += writer.write(chunk)
        md5 = hasher.hexdigest() + suffix
        _publish(temporary, object_path(store, md5))
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    return md5, size


def _publish(temporary: str, target: str) -> None:
    # Before the rename: under its name an object is never writable.
    os.chmod(temporary, OBJECT_MODE)
    try:
        os.replace(temporary, target)
    except FileNotFoundError:  # one of 256 folders that are nearly always there: not looked for before
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.replace(temporary, target)


def _create(path: str) -> io.BufferedWriter:
    """Opens a new file, and makes its folder when it is the first one there."""
    try:
        return open(path, "xb")
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return open(path, "xb")


def _same_size(path: str, size: int) -> bool:
    """Tells whether an object is there and not torn: a power cut can leave an empty file under a good name."""
    try:
        return os.stat(path).st_size == size
    except (FileNotFoundError, NotADirectoryError):
        return False


def _unix_digest(path: str) -> str:
    """Returns the digest that DVC 1 and 2 gave to text: of its content with line feeds only."""
    with open(path, "rb") as file:
        hasher = new_md5()
        hasher.update(file.read().replace(b"\r\n", b"\n"))
        return hasher.hexdigest()
