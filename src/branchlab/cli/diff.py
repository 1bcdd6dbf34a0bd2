"""`branchlab diff`: two experiments, or one and the baseline it grew from.

A whole `diff` may cost little more than starting Python, so git processes run side by side and every import counts
(benchmarks/diff.py).
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from branchlab.cli.codediff import finish_files, read_patch, start_files
from branchlab.cli.objects import Commit, ObjectReader, find_commit
from branchlab.cli.output import add_format_arguments
from branchlab.errors import EnvironmentProblemError, ExitCode, NotFoundError
from branchlab.git.process import GitError, finish_git, start_git
from branchlab.git.repository import finish_finding, start_finding
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    import argparse
    import subprocess

    from branchlab.cli.terminal import Terminal
    from branchlab.compare.difference import CodeFile, Difference, Side
    from branchlab.workspace import Workspace

EXAMPLES = (
    ("branchlab diff wider", "exp/model/wider against the baseline it grew from"),
    ("branchlab diff wider deeper", "is wider better than deeper?"),
    ("branchlab diff wider main --code", "the changed lines too"),
    ("branchlab diff HEAD HEAD~1 --json", "for scripts"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("a", metavar="A", help="experiment, last part of its name, commit, ref, or id of a run")
    parser.add_argument(
        "b", metavar="B", nargs="?", help="what A is judged against; the baseline at the merge-base when left out"
    )
    parser.add_argument("--code", action="store_true", help="show the changed lines of code as well")
    add_format_arguments(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Shows the difference."""
    with closing(ObjectReader(terminal.cwd)) as reader:
        finding = start_finding(terminal.cwd)
        from branchlab.workspace import workspace_of  # loads while git is at work

        workspace = workspace_of(finish_finding(finding, terminal.cwd))
        started = _start(reader, workspace, arguments.a, arguments.b)
        import branchlab.report.difference
        import branchlab.report.page  # noqa: F401 - these load while git is at work
        from branchlab.compare.difference import diff_records

        pair = _finish(reader, workspace, started)
    difference = diff_records(pair.a, pair.b, workspace.settings, pair.code)
    if not pair.b.record.run.id:
        difference = difference._replace(data=(), environment=())
        terminal.words(f"{safe_text(pair.b.name)} has no record there: only the parameters in its files are known")
    patch = read_patch(workspace, *pair.trees) if arguments.code and pair.trees else None
    _show(difference, "merge-base" if started.base else "", patch, arguments.format, terminal)
    return ExitCode.OK


class _Started(NamedTuple):
    """What A and B are, with git at work on their merge-base (when B is the baseline) and on what differs in code."""

    a: Commit | Side
    b: Commit | Side
    base: subprocess.Popen[bytes] | None
    files: subprocess.Popen[bytes] | None


class _Pair(NamedTuple):
    """Both sides, what differs in code, and the commits of B and A that hold the code."""

    a: Side
    b: Side
    code: tuple[CodeFile, ...]
    trees: tuple[str, str] | None


def _start(reader: ObjectReader, workspace: Workspace, name_a: str, name_b: str | None) -> _Started:
    a = _locate(reader, workspace, name_a)
    b = _locate(reader, workspace, name_b) if name_b is not None else _baseline(reader, workspace)
    trees = (_code_id(b), _code_id(a))
    base = None if name_b is not None else start_git(["merge-base", *trees], cwd=workspace.repository.top)
    files = start_files(workspace, *trees, merge_base=base is not None) if all(trees) else None
    return _Started(a, b, base, files)


def _finish(reader: ObjectReader, workspace: Workspace, started: _Started) -> _Pair:
    from branchlab.cli.sides import no_record, read_side, without_record

    a, b = started.a, started.b
    side_a = read_side(reader, workspace, a) if isinstance(a, Commit) else a
    if side_a is None:
        raise no_record(workspace, a.name)
    if started.base and isinstance(b, Commit):
        b = _finish_merge_base(started.base, workspace, a.name, b)
    side_b = read_side(reader, workspace, b) or without_record(reader, workspace, b) if isinstance(b, Commit) else b
    trees = (_code_id(b), _code_id(a))
    exact = (
        trees[0] if started.base else _exact_code(workspace, side_b, trees[0]),
        _exact_code(workspace, side_a, trees[1]),
    )
    code = finish_files(started.files) if started.files else ()
    if exact != trees and all(exact):
        code = finish_files(start_files(workspace, *exact))
    return _Pair(side_a, side_b, code, exact if all(exact) else None)


def _locate(reader: ObjectReader, workspace: Workspace, name: str) -> Commit | Side:
    commit = find_commit(reader, workspace, name)
    if commit:
        return commit
    from branchlab.cli.sides import live_side

    return live_side(workspace, name)


def _code_id(found: Commit | Side) -> str:
    return found.oid if isinstance(found, Commit) else found.record.run.code


def _exact_code(workspace: Workspace, side: Side, tree: str) -> str:
    """Returns the commit that holds the code which ran, where commits came after it on the branch."""
    if not side.stale:
        return tree
    from branchlab.running.held_code import held_code

    held = held_code(workspace, tree, side.record)
    return held.commit if held else tree


def _baseline(reader: ObjectReader, workspace: Workspace) -> Commit:
    name = workspace.settings.baseline
    for place in (f"refs/heads/{name}", f"refs/remotes/origin/{name}", name):
        found = reader.read(f"{place}^{{commit}}")  # never a branch that only ends in this name
        if found:
            return Commit(place.removeprefix("refs/heads/").removeprefix("refs/remotes/"), found.oid, found.body)
    raise NotFoundError(
        f"the baseline {safe_text(name)} does not exist",
        "name B, or set project.baseline in branchlab.toml",
    )


def _finish_merge_base(base: subprocess.Popen[bytes], workspace: Workspace, name: str, tip: Commit) -> Commit:
    try:
        oid = finish_git(base, ["merge-base"]).decode().split()[0]
    except GitError:
        shallow = workspace.repository.shallow
        raise EnvironmentProblemError(
            f"{safe_text(name)} and {safe_text(tip.name)} have no common history",
            "this clone is shallow: git fetch --unshallow" if shallow else "name B",
        ) from None
    return Commit(tip.name, oid, tip.text if oid == tip.oid else b"")


def _show(difference: Difference, remark: str, patch: bytes | None, form: str | None, terminal: Terminal) -> None:
    from branchlab.report import difference as report

    if form == "json":
        from branchlab.report.formats import to_json

        terminal.data(to_json(report.difference_object(difference, patch)))
        return
    if form == "csv":
        from branchlab.report.formats import to_csv

        terminal.data(to_csv(report.CSV_HEADER, report.difference_rows(difference)))
        return
    from branchlab.report.page import markdown_page, render_page

    page = report.difference_page(difference, remark)
    text = markdown_page(page) if form == "md" else render_page(page, terminal.width or None, colour=terminal.colour)
    terminal.data(text)
    if patch is not None:
        _show_patch(patch, terminal)


def _show_patch(patch: bytes, terminal: Terminal) -> None:
    if not terminal.width:
        terminal.raw(b"\n" + patch)
        return
    from branchlab.report.patch import render_patch

    terminal.data("\n" + render_patch(patch, colour=terminal.colour))
