"""Moves objects between the cache and a DVC remote, whatever kind of place it is, and checks what arrives.

DVC brings the addresses, credentials and file systems. Its `Repo` is not opened: that writes into the project, waits
for DVC's lock, and trusts an index of the remote that can be out of date.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from branchlab.data.config import absolute, read_config
from branchlab.data.digest import FOLDER_SUFFIX
from branchlab.data.store import DVC_FOLDER, adopt, damaged_object, entries, has, object_path, verify
from branchlab.errors import BranchlabError, DamagedError, EnvironmentProblemError
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from branchlab.data.config import Config
    from branchlab.data.pointer import Output
    from branchlab.data.store import Store

    Progress = Callable[[int, int], None]


_RUNS_PROGRAMS = frozenset({"configpath", "credentialpath"})  # `credential_process` in a file of AWS is a command line


class Transferred(NamedTuple):
    """What moved: number of objects and their size in bytes."""

    objects: int
    bytes: int


class _Object(NamedTuple):
    md5: str
    legacy: bool


def push_objects(
    store: Store, outputs: Sequence[Output], *, remote: str | None = None, progress: Progress | None = None
) -> Transferred:
    """Sends what the remote lacks. A folder's listing goes last, so that it is never there without its files.

    Args:
        store: the cache.
        outputs: whose content to send.
        remote: name of a DVC remote; the default one when None.
        progress: called with the number of objects sent and the number to send.

    Raises:
        EnvironmentProblemError: when there is no such remote, it refuses, or the cache lacks an object.
        DamagedError: when an object does not have its digest; nothing is sent.
    """
    objects = _expand(store, outputs)
    with _remotes(store, remote) as open_remote:
        lacking = _lacking(objects, open_remote)
        _require_all(store, lacking)
        for item in lacking:
            if not verify(store, item.md5, legacy=item.legacy):
                raise damaged_object(item.md5)
        count = _Count(len(lacking), progress)
        for batch in _batches(lacking):
            there = open_remote(batch[0].legacy)
            paths = [object_path(store, item.md5, legacy=item.legacy) for item in batch]
            _add(there, paths, _local_files(), batch, count)
        return Transferred(len(lacking), _size(store, lacking))


def pull_objects(
    store: Store, outputs: Sequence[Output], *, remote: str | None = None, progress: Progress | None = None
) -> Transferred:
    """Brings what the cache lacks, and reads each object that came: DVC itself believes a remote.

    Raises:
        EnvironmentProblemError: when there is no such remote, it refuses, or lacks an object.
        DamagedError: when an object on the remote does not have its digest; it is not kept.
    """
    wanted = [item for item in map(_own, outputs) if not has(store, item.md5, legacy=item.legacy)]
    with _remotes(store, remote) as open_remote:
        listings = [item for item in wanted if item.md5.endswith(FOLDER_SUFFIX)]
        # The listings first: they say which files there are to ask for.
        _fetch(store, open_remote, listings, _Count(len(listings), None))
        lacking = [item for item in _expand(store, outputs) if not has(store, item.md5, legacy=item.legacy)]
        _fetch(store, open_remote, lacking, _Count(len(lacking), progress))
        brought = list(dict.fromkeys([*listings, *lacking]))
        return Transferred(len(brought), _size(store, brought))


def missing_on_remote(store: Store, outputs: Sequence[Output], *, remote: str | None = None) -> list[Output]:
    """Returns the outputs of which the remote lacks something. Each object is asked for; nothing is remembered.

    Files of a folder whose listing is not in the cache are not asked for.

    Raises:
        EnvironmentProblemError: when there is no such remote or it refuses.
    """
    with _remotes(store, remote) as open_remote:
        lacking = set(_lacking(_expand(store, outputs), open_remote))
    return [output for output in outputs if lacking.intersection(_expand(store, [output]))]


def _own(output: Output) -> _Object:
    return _Object(output.md5, output.legacy)


def _expand(store: Store, outputs: Iterable[Output]) -> list[_Object]:
    """Returns the objects of outputs, files before the listings that name them, each once."""
    found: dict[_Object, None] = {}
    for output in outputs:
        # Without its listing nobody knows the files of a folder; the listing itself is asked for all the same.
        with suppress(FileNotFoundError):
            found |= dict.fromkeys(_Object(entry.md5, output.legacy) for entry in entries(store, output))
        found[_own(output)] = None
    return list(found)


def _lacking(objects: Sequence[_Object], open_remote: Callable[[bool], Any]) -> list[_Object]:
    there: set[_Object] = set()
    for legacy in (False, True):
        names = [item.md5 for item in objects if item.legacy is legacy]
        if names:
            there |= {_Object(md5, legacy) for md5 in open_remote(legacy).oids_exist(names)}
    return [item for item in objects if item not in there]


def _require_all(store: Store, objects: Sequence[_Object]) -> None:
    for item in objects:
        if not has(store, item.md5, legacy=item.legacy):
            raise EnvironmentProblemError(
                f"object {item.md5} is neither in the DVC cache nor on the remote",
                "push from the machine that made the data",
            )


def _fetch(store: Store, open_remote: Callable[[bool], Any], objects: Sequence[_Object], count: _Count) -> None:
    """Brings objects into a folder of their own; only what was read and found right enters the cache."""
    # On the disk of the cache, so that each object enters it by a rename.
    incoming = os.path.join(store.cache, "files", f".{os.urandom(8).hex()}.incoming")
    try:
        for batch in _batches(objects):
            there = open_remote(batch[0].legacy)
            paths = [there.oid_to_path(item.md5) for item in batch]
            _add(_open_folder(incoming), paths, there.fs, batch, count)
            for item in batch:
                if not adopt(store, f"{incoming}/{item.md5[:2]}/{item.md5[2:]}", item.md5, legacy=item.legacy):
                    raise DamagedError(
                        f"object {item.md5} on the remote is damaged", "push it again from a machine that has it"
                    )
    finally:
        _remove_tree(incoming)


def _batches(objects: Iterable[_Object]) -> list[list[_Object]]:
    """Splits objects by kind: files first, then listings; DVC 1 and 2 keep theirs elsewhere."""
    kinds: dict[tuple[bool, bool], list[_Object]] = {}
    for item in objects:
        kinds.setdefault((item.md5.endswith(FOLDER_SUFFIX), item.legacy), []).append(item)
    return [kinds[kind] for kind in sorted(kinds)]


class _Count:
    """Counts objects over several transfers for one progress display."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.done = 0
        self.total = total
        self.progress = progress

    def callback(self) -> Any:
        from fsspec.callbacks import Callback  # type: ignore[import-untyped] # no types there

        before = self.done

        def show(size: int | None, value: int, **_: object) -> None:
            del size
            self.done = before + value
            if self.progress:
                self.progress(self.done, self.total)

        return Callback(hooks={"show": show})


def _add(target: Any, paths: list[str], files: Any, batch: Sequence[_Object], count: _Count) -> None:
    """Copies objects by DVC's own means, several at a time, and raises the first failure."""
    failures: dict[str, BaseException] = {}
    target.add(
        paths,
        files,
        [item.md5 for item in batch],
        # `_lacking` has asked already: to look again would cost as much once more.
        check_exists=False,
        on_error=failures.setdefault,
        callback=count.callback(),
    )
    for md5, error in failures.items():
        if isinstance(error, FileNotFoundError):
            raise EnvironmentProblemError(
                f"object {md5} is not on the remote", "push it from a machine that has it"
            ) from None
        raise error


@contextmanager
def _remotes(store: Store, name: str | None) -> Iterator[Callable[[bool], Any]]:
    """Opens a remote by name; what is yielded gives its objects of DVC 3, or the older ones of DVC 1 and 2."""
    import logging

    for library in ("dvc", "dvc_data", "dvc_objects"):
        # Without a handler Python prints the warnings of these libraries to stderr, between our own words.
        logging.getLogger(library).addHandler(logging.NullHandler())
    opened: dict[bool, Any] = {}

    def open_remote(legacy: bool) -> Any:  # noqa: FBT001 - called with a value, never a literal
        if legacy not in opened:
            opened[legacy] = _open_remote(store, name, legacy=legacy)
        return opened[legacy]

    try:
        yield open_remote
    except BranchlabError:
        raise
    except Exception as error:  # noqa: BLE001 - each storage has its own errors; all mean that it refused
        said = safe_text(str(error).strip().partition("\n")[0]) or type(error).__name__
        raise EnvironmentProblemError(f"the DVC remote refused: {said}", "try dvc push or dvc pull -v") from None


def _open_remote(store: Store, name: str | None, *, legacy: bool) -> Any:
    from dvc.config import Config as DvcConfig  # noqa: TID251 - this is the one place
    from dvc.fs import get_cloud_fs  # noqa: TID251 - this is the one place
    from dvc_data.hashfile.db import get_odb

    folder = os.path.join(store.root, DVC_FOLDER)
    config = DvcConfig(folder, local_dvc_dir=folder, config=_nested(store.private))
    name = name or config["core"].get("remote")
    if not name or name.lower() not in config["remote"]:
        known = ", ".join(safe_text(remote) for remote in config["remote"]) or "none"
        raise EnvironmentProblemError(
            f"there is no DVC remote {safe_text(name)}" if name else "there is no default DVC remote",
            f"dvc remote add -d NAME ADDRESS (known: {known})",
        )
    _refuse_planted_settings(store, name.lower())
    kind, options, path = get_cloud_fs(config, name=name)
    # There, objects lie under their own names and not under digests.
    if options.get("worktree") or options.get("version_aware"):
        raise EnvironmentProblemError(
            f"the DVC remote {safe_text(name)} is cloud-versioned", "use dvc push and dvc pull for it"
        )
    files = kind(**options)
    # DVC 3 put its objects below a folder of their own, so that both kinds can share a remote.
    place = path if legacy else files.join(path, "files", "md5")
    return get_odb(files, place, hash_name="md5-dos2unix" if legacy else "md5", **options)  # type: ignore[no-untyped-call] # no types there


def _refuse_planted_settings(store: Store, name: str) -> None:
    """Keeps the files that tell a storage's library which program gives it credentials from coming with the repository.

    Raises:
        EnvironmentProblemError: when `.dvc/config`, which is committed, names such a file inside the repository.
    """
    folder, section = os.path.join(store.root, DVC_FOLDER), f'remote "{name}"'
    committed = read_config(os.path.join(folder, "config")).get(section, {})
    own = store.private.get(section, {})
    for key in _RUNS_PROGRAMS & (committed.keys() - own.keys()):
        place = os.path.realpath(absolute(committed[key], folder))
        if f"{place}/".startswith(f"{os.path.realpath(store.root)}/"):
            raise EnvironmentProblemError(
                f"the DVC remote {safe_text(name)} takes its {key} from the repository, and it could name any program",
                f"dvc remote modify --local {safe_text(name)} {key} FILE, with a file that you know",
            )


def _open_folder(path: str) -> Any:
    from dvc_data.hashfile.db import get_odb

    return get_odb(_local_files(), path, hash_name="md5")  # type: ignore[no-untyped-call] # no types there


def _local_files() -> Any:
    from dvc_objects.fs.local import LocalFileSystem

    return LocalFileSystem()  # type: ignore[no-untyped-call] # no types there


def _remove_tree(folder: str) -> None:
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(place, name))
        for name in folders:
            os.rmdir(os.path.join(place, name))
    with suppress(FileNotFoundError):
        os.rmdir(folder)


def _nested(config: Config) -> dict[str, Any]:
    """Turns sections such as `remote "storage"` into the nested tables that DVC works with."""
    nested: dict[str, Any] = {}
    for section, values in config.items():
        kind, _, name = section.partition(" ")
        table = nested.setdefault(kind, {})
        if name:
            table = table.setdefault(name.strip().strip('"').lower(), {})
        table.update(values)
    return nested


def _size(store: Store, objects: Iterable[_Object]) -> int:
    return sum(os.stat(object_path(store, item.md5, legacy=item.legacy)).st_size for item in objects)
