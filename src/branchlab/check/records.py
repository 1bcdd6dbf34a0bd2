"""Whether the records of commits can be read, say what their commits say, and belong to the code beside them.

All commits are judged side by side, so that ten thousand cost a few git processes. What is found holds for the
commit wherever it lies; only what git could not give may be different next time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.check.code import MOST_PATHS, Pair, code_ids, differing_paths
from branchlab.check.finding import Finding
from branchlab.errors import DamagedError
from branchlab.git.process import run_git
from branchlab.record.message import contradictions, names_run, recorded_run
from branchlab.record.paths import written_paths
from branchlab.record.summary import read_record
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple
from branchlab.workspace import readable_projects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab.check.objects import Commit, Objects
    from branchlab.record.model import Record
    from branchlab.workspace import Workspace

_SHOWN_PATHS = 3
_MEASURE = "branchlab run measures this code; so does running it by hand and committing with the hooks"


class Held(NamedTuple):
    """The record that a commit holds.

    Attributes:
        commit: the commit.
        blob: id of the record's blob, empty without one.
        record: None without one, and when it cannot be read.
        claim: id of the run that the commit says it records, empty when it says none.
        brought: whether the commit itself changed the record, other than by taking one from a parent.
    """

    commit: Commit
    blob: str = ""
    record: Record | None = None
    claim: str = ""
    brought: bool = False


class Judged(NamedTuple):
    """What is known about the record of a commit.

    Attributes:
        findings: in order of weight.
        run: id of the run, empty without a record that can be read.
        brought: whether the commit itself changed the record.
        merge: whether the commit has several parents.
        sure: False when git could not give all that was asked for.
    """

    findings: tuple[Finding, ...]
    run: str = ""
    brought: bool = False
    merge: bool = False
    sure: bool = True


class _Code(NamedTuple):
    """How the code of a commit compares with that which its run ran.

    Attributes:
        known: False when the code that ran is not here, or the record does not name it.
        paths: what differs, the first twenty; empty although `same` is False when it cannot be told.
    """

    known: bool
    same: bool
    paths: tuple[str, ...] = ()


def judge_records(workspace: Workspace, objects: Objects, oids: Sequence[str]) -> dict[str, Judged]:
    """Judges the record at each of the commits; a commit that is not there is left out."""
    held, problems = _read_held(workspace, objects, oids)
    codes = _compare_code(workspace, objects, {oid: one for oid, one in held.items() if one.record})
    found = {}
    for oid, one in held.items():
        findings = problems.get(oid) or _judge(workspace, one, codes.get(oid))
        run = one.record.run.id if one.record else ""
        # A fetch may bring the code that ran, so what depends on it is not kept.
        lost = oid in codes and not codes[oid].known and bool(one.record and one.record.run.code)
        sure = not lost and not any(finding.level == "unknown" for finding in findings)
        found[oid] = Judged(tuple(findings), run, one.brought, len(one.commit.parents) > 1, sure)
    return found


def _read_held(
    workspace: Workspace, objects: Objects, oids: Sequence[str]
) -> tuple[dict[str, Held], dict[str, list[Finding]]]:
    """Reads commits and their records; returns them, and what is wrong with those that cannot be read."""
    path = workspace.record_path
    objects.fetch(oids)
    commits = {oid: commit for oid in oids if (commit := objects.commit(oid))}
    objects.fetch(parent for commit in commits.values() for parent in commit.parents)
    parents = {parent: objects.commit(parent) for commit in commits.values() for parent in commit.parents}
    trees = [commit.tree for commit in (*commits.values(), *parents.values()) if commit]
    objects.fetch_paths((tree, path) for tree in trees)
    blobs = {tree: item.oid for tree in trees if (item := objects.find(tree, path))}
    objects.fetch(blobs.get(commit.tree, "") for commit in commits.values())
    records: dict[str, Record | Finding] = {}
    held: dict[str, Held] = {}
    problems: dict[str, list[Finding]] = {}
    for oid, commit in commits.items():
        blob = blobs.get(commit.tree, "")
        if blob and blob not in records:
            records[blob] = _read_record(workspace, objects, blob)
        read = records.get(blob)
        theirs = [blobs.get(parent.tree, "") for name in commit.parents if (parent := parents[name])]
        record = None if isinstance(read, Finding) else read
        held[oid] = Held(commit, blob, record, _claim(commit, record), blob not in ("", *theirs))
        if isinstance(read, Finding):
            problems[oid] = [read]
    return _without_others(workspace, objects, held), problems


def _without_others(workspace: Workspace, objects: Objects, held: dict[str, Held]) -> dict[str, Held]:
    """Takes out the claims that speak of a record of another project in the same repository."""
    # Hardly any commit claims what it does not hold, so the other projects are mostly not even looked for.
    open_claims = {oid: one for oid, one in held.items() if one.claim and not _is_own(one)}
    paths = _other_records(workspace) if open_claims else []
    objects.fetch_paths((one.commit.tree, path) for one in open_claims.values() for path in paths)
    blobs = {
        oid: [item.oid for path in paths if (item := objects.find(one.commit.tree, path))]
        for oid, one in open_claims.items()
    }
    objects.fetch(blob for found in blobs.values() for blob in found)
    runs = {blob: _run_of(objects.body(blob, b"blob")) for found in blobs.values() for blob in found}
    theirs = {oid for oid, one in open_claims.items() if one.claim in (runs[blob] for blob in blobs[oid])}
    return {oid: one._replace(claim="") if oid in theirs else one for oid, one in held.items()}


def _is_own(one: Held) -> bool:
    return bool(one.record and one.record.run.id == one.claim)


def _other_records(workspace: Workspace) -> list[str]:
    """Returns where the other projects of the repository keep their records, as far as their settings can be read."""
    return [one.record_path for one in readable_projects(workspace.repository) if one.prefix != workspace.prefix]


def _run_of(record: bytes | None) -> str:
    try:
        return read_record(record, "").run.id if record else ""
    except DamagedError:
        return ""


def _read_record(workspace: Workspace, objects: Objects, blob: str) -> Record | Finding:
    body = objects.body(blob, b"blob")
    name = safe_text(workspace.record_path)
    if body is None:
        if objects.has(blob):
            return Finding("error", "record", f"{name} is no file, or larger than 1 MiB", "take it from another commit")
        return Finding(
            "unknown", "record", f"git cannot read {name}", "git fetch, or git fsck where nothing is to come"
        )
    try:
        return read_record(body, name)
    except DamagedError as error:
        return Finding("error", "record", error.message, error.hint)


def _claim(commit: Commit, record: Record | None) -> str:
    """Returns the run that a commit names; wherever the id of its own record stands, it counts, as in the catalog."""
    own = record.run.id if record else ""
    return own if own and names_run(commit.message, own) else recorded_run(commit.message)


def _compare_code(workspace: Workspace, objects: Objects, held: Mapping[str, Held]) -> dict[str, _Code]:
    settings, prefix = workspace.settings.record, workspace.prefix
    written = {oid: written_paths(one.record, settings, prefix) for oid, one in held.items() if one.record}
    ran = {oid: one.record.run for oid, one in held.items() if one.record}
    objects.fetch(run.code for run in ran.values())
    pairs, ids = {}, {}
    for oid, run in ran.items():
        code = objects.commit(run.code)
        if code:
            pairs[oid] = Pair(code.tree, held[oid].commit.tree, frozenset(written[oid]))
        elif run.tree and not run.code:
            ids[oid] = (held[oid].commit.tree, written[oid])
    paths = differing_paths(objects, pairs)
    found = {oid: _Code(known=True, same=not paths[oid], paths=tuple(paths[oid])) for oid in pairs}
    trees = code_ids(objects, workspace.repository.object_format, ids)
    found |= {oid: _Code(known=True, same=trees[oid] == ran[oid].tree) for oid in ids}
    return {oid: found.get(oid, _Code(known=False, same=False)) for oid in ran}


def _judge(workspace: Workspace, one: Held, code: _Code | None) -> list[Finding]:
    name = safe_text(workspace.record_path)
    if one.record is None or code is None:
        if not one.claim:
            return []
        what = f"its message says run {safe_text(one.claim)}, and there is no {name}"
        return [Finding("error", "trailer", what, _MEASURE)]
    run = one.record.run
    if one.claim and one.claim != run.id:
        what = f"its message says run {safe_text(one.claim)}, {name} holds run {safe_text(run.id)}"
        return [Finding("error", "trailer", what, "commit again with the hooks, or measure again")]
    if one.claim:
        return [*_values(name, one), *_claimed_code(workspace, one, code)]
    return _unclaimed(workspace, one, code)


def _values(name: str, one: Held) -> list[Finding]:
    """Compares the metrics in the message with those in the record."""
    wrong = contradictions(one.commit.message, one.record) if one.record else []
    if not wrong:
        return []
    what = f"its message says {safe_text(wrong[0])}{_more(wrong, 1)}, {name} does not"
    return [Finding("error", "trailer", what, "one of both was edited after the run: measure again")]


def _claimed_code(workspace: Workspace, one: Held, code: _Code) -> list[Finding]:
    """Judges a commit that says it holds the record of a run."""
    run = one.record.run if one.record else None
    if run is None:
        return []
    if not run.exact:
        said = f" ({_paths(run.differs)})" if run.differs else ""
        what = f"the code is not, or may not be, the code that ran{said}"
        return [Finding("warning", "code", what, _MEASURE)]
    if code.same:
        return []
    if not code.known:
        return [_lost(workspace, one)]
    if run.code in one.commit.parents and not one.commit.rewritten:
        return []  # the command itself wrote these files, and its run took them along
    if run.code:
        what = f"the code is not what ran, although its message says so ({_paths(code.paths)})"
    else:
        what = "the code is not what ran, although its message says so (changed after it was recorded)"
    return [Finding("error", "code", what, _MEASURE)]


def _unclaimed(workspace: Workspace, one: Held, code: _Code) -> list[Finding]:
    """Judges a commit with a record that another commit brought, or that came without its trailer."""
    name, run = safe_text(workspace.record_path), one.record.run if one.record else None
    if run is None:
        return []
    if run.merged:  # before the code, which may well be that of one of the runs
        what = f"{name} was merged from several runs, so nobody measured this code"
        return [Finding("warning", "stale", what, _MEASURE)]
    if code.same:
        if not one.brought or _came_back(workspace, one):
            return []
        what = f"{name} was changed by this commit, whose message names no run: by hand, or past the hooks"
        return [Finding("error", "trailer", what, f"git checkout the {name} that the run wrote, or measure again")]
    if not code.known and (run.code or not run.tree):
        return [_lost(workspace, one)]
    said = f" ({_paths(code.paths)})" if code.paths else ""
    return [Finding("warning", "stale", f"{name} was measured on other code{said}", _MEASURE)]


def _lost(workspace: Workspace, one: Held) -> Finding:
    """Returns the finding for a record whose code cannot be looked at."""
    code = one.record.run.code if one.record else ""
    if not code:
        return Finding("warning", "stale", f"{safe_text(workspace.record_path)} does not say which code ran", _MEASURE)
    shown = safe_text(code[:12])
    if workspace.repository.shallow:
        return Finding(
            "unknown", "history", f"this clone is shallow and lacks {shown}, the code that ran", "git fetch --unshallow"
        )
    what = f"the code that ran, commit {shown}, is not in this repository"
    return Finding("error", "code", what, _MEASURE) if one.claim else Finding("warning", "stale", what, _MEASURE)


def _came_back(workspace: Workspace, one: Held) -> bool:
    """Tells whether a record was in the history before, as after a revert."""
    # git walks all of the history for this, so it is asked last, and only about a record that is in question.
    arguments = ["log", "-1", "--format=%H", f"--find-object={one.blob}", *one.commit.parents]
    return bool(one.commit.parents) and bool(run_git(arguments, cwd=workspace.repository.top).strip())


def _paths(paths: Sequence[str]) -> str:
    return ", ".join(map(safe_text, paths[:_SHOWN_PATHS])) + _more(paths, _SHOWN_PATHS)


def _more(items: Sequence[str], shown: int) -> str:
    if len(items) <= shown:
        return ""
    return " and more" if len(items) == MOST_PATHS else f" and {len(items) - shown} more"
