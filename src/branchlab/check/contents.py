"""What else lies in a commit: the project's settings, and the data that its DVC pointers name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.check.finding import Finding
from branchlab.check.objects import DEPTH
from branchlab.data.pointer import Output, is_pointer, parse_pointer
from branchlab.errors import BranchlabError, DamagedError, UsageError
from branchlab.naming import compile_rule
from branchlab.project import SETTINGS_FILE, parse_settings
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.check.objects import Objects
    from branchlab.workspace import Workspace


class Contents(NamedTuple):
    """What a commit holds beside its record, and what is wrong with it."""

    findings: tuple[Finding, ...]
    outputs: tuple[Output, ...]


NOTHING = Contents((), ())


class _Pointer(NamedTuple):
    path: str
    blob: str
    pipeline: str


def read_contents(workspace: Workspace, objects: Objects, oids: Sequence[str]) -> dict[str, Contents]:
    """Reads settings and pointers of commits whose objects were fetched; those that are not there are left out."""
    folder = workspace.prefix.rstrip("/")
    tops = {oid: commit.tree for oid in oids if (commit := objects.commit(oid))}
    # The dot is no entry of a tree: asked for it, `fetch_paths` reads the folder's own tree as well.
    objects.fetch_paths((tree, f"{folder}/." if folder else ".") for tree in tops.values())
    roots = {oid: _root(objects, tree, folder) for oid, tree in tops.items()}
    objects.fetch_below(root for root in roots.values() if root)
    below: dict[str, tuple[_Pointer, ...]] = {}
    pointers = {oid: _pointers(objects, root, below, 0) for oid, root in roots.items()}
    settings = {oid: item.oid for oid, root in roots.items() if root and (item := objects.find(root, SETTINGS_FILE))}
    blobs = {blob for found in below.values() for pointer in found for blob in (pointer.blob, pointer.pipeline)}
    objects.fetch([*blobs - {""}, *settings.values()])
    problems = {blob: _settings_problem(workspace, objects, blob) for blob in set(settings.values())}
    read: dict[_Pointer, tuple[Output, ...] | Finding] = {}
    found = {}
    for oid in tops:
        for pointer in pointers[oid]:
            if pointer not in read:
                read[pointer] = _read_pointer(objects, pointer)
        results = [read[pointer] for pointer in pointers[oid]]
        damaged = [result for result in results if isinstance(result, Finding)]
        outputs = [output for result in results if not isinstance(result, Finding) for output in result]
        found[oid] = Contents((*problems.get(settings.get(oid, ""), ()), *damaged), tuple(outputs))
    return found


def _root(objects: Objects, tree: str, folder: str) -> str:
    if not folder:
        return tree
    item = objects.find(tree, folder)
    return item.oid if item and item.folder else ""


def _pointers(objects: Objects, tree: str, known: dict[str, tuple[_Pointer, ...]], depth: int) -> tuple[_Pointer, ...]:
    """Returns the pointers in a tree and below, with paths relative to it; a tree is walked once."""
    if tree not in known:
        items = objects.tree(tree) if tree and depth < DEPTH else None
        # dvc.lock names what a stage wrote; only the dvc.yaml beside it says what of that DVC keeps.
        pipeline = items["dvc.yaml"].oid if items and "dvc.yaml" in items else ""
        found: list[_Pointer] = []
        for name, item in (items or {}).items():
            if item.folder:
                inner = _pointers(objects, item.oid, known, depth + 1)
                found += [one._replace(path=f"{name}/{one.path}") for one in inner]
            # No links: the blob of one holds the name of its target.
            elif is_pointer(name) and item.mode.startswith(b"100"):
                found.append(_Pointer(name, item.oid, pipeline))
        known[tree] = tuple(found)
    return known[tree]


def _read_pointer(objects: Objects, pointer: _Pointer) -> tuple[Output, ...] | Finding:
    body = objects.body(pointer.blob, b"blob")
    name = safe_text(pointer.path)
    if body is None:
        if objects.has(pointer.blob):
            return Finding("error", "data", f"{name} is larger than 1 MiB", "track the data again: dvc add")
        return Finding("unknown", "data", f"git cannot read {name}", "git fetch, or git fsck where nothing is to come")
    pipeline = objects.body(pointer.pipeline, b"blob") if pointer.pipeline else b""
    try:
        return tuple(parse_pointer(pointer.path, body, pipeline or b""))
    except DamagedError as error:
        return Finding("error", "data", error.message, error.hint)


def _settings_problem(workspace: Workspace, objects: Objects, blob: str) -> tuple[Finding, ...]:
    body = objects.body(blob, b"blob")
    source = workspace.prefix + SETTINGS_FILE
    if body is None:
        what = f"git cannot read {safe_text(source)}, or it is larger than 1 MiB"
        return (Finding("unknown", "settings", what, "git fetch, or git fsck where nothing is to come"),)
    try:
        compile_rule(parse_settings(body, source).naming)
    except (UsageError, DamagedError) as error:
        return (settings_finding(error),)
    return ()


def settings_finding(error: BranchlabError) -> Finding:
    """Returns the finding for settings that do not hold."""
    return Finding("error", "settings", error.message, error.hint or "docs/settings.md has every key")


def outputs_by_place(
    places: Mapping[str, Sequence[str]], outputs: Mapping[str, Sequence[Output]]
) -> dict[Output, list[str]]:
    """Returns the places (branches or commits) that need each output, in their order.

    Args:
        places: those of each commit.
        outputs: what each commit names.
    """
    found: dict[Output, list[str]] = {}
    for commit, its_places in places.items():
        for output in outputs.get(commit, ()):
            found.setdefault(output, []).extend(its_places)
    return found
