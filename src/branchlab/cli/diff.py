"""`branchlab diff`: two experiments, or one and the baseline it grew from.

A whole `diff` may cost little more than starting Python, so git processes run side by side and every import counts
(benchmarks/diff.py).
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from branchlab.cli.codediff import finish_files, read_patch, start_files
from branchlab.cli.output import add_format_arguments
from branchlab.cli.sides import Commit, ObjectReader, find_commit, live_side, no_record, read_side, without_record
from branchlab.compare.difference import Side, diff_records
from branchlab.errors import EnvironmentProblemError, ExitCode, NotFoundError
from branchlab.git.process import GitError, finish_git, start_git
from branchlab.text import safe_text
from branchlab.workspace import open_workspace

if TYPE_CHECKING:
    import argparse
    import subprocess

    from branchlab.cli.terminal import Terminal
    from branchlab.compare.difference import CodeFile, Difference
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
    # git starts to read while the settings are still to be found
    with closing(ObjectReader(terminal.cwd)) as reader:
        workspace = open_workspace(terminal.cwd)
        pair = _read_pair(reader, workspace, arguments.a, arguments.b)
    difference = diff_records(pair.a, pair.b, workspace.settings, pair.code)
    if not pair.b.record.run.id:
        difference = difference._replace(data=(), environment=())
        terminal.words(f"{safe_text(pair.b.name)} has no record there: only the parameters in its files are known")
    patch = read_patch(workspace, *pair.trees) if arguments.code and pair.trees else None
    _show(difference, pair.remark, patch, arguments.format, terminal)
    return ExitCode.OK


class _Pair(NamedTuple):
    """Both sides, how B was chosen, what differs in code, and the commits of B and A that hold the code."""

    a: Side
    b: Side
    remark: str
    code: tuple[CodeFile, ...]
    trees: tuple[str, str] | None


def _read_pair(reader: ObjectReader, workspace: Workspace, name_a: str, name_b: str | None) -> _Pair:
    a = _locate(reader, workspace, name_a)
    b = _locate(reader, workspace, name_b) if name_b is not None else _baseline(reader, workspace)
    trees = (_code_id(b), _code_id(a))
    base = None if name_b is not None else _start_merge_base(workspace, trees)
    files = start_files(workspace, *trees, merge_base=base is not None) if all(trees) else None
    side_a = a if isinstance(a, Side) else read_side(reader, workspace, a)
    if side_a is None:
        raise no_record(workspace, a.name)
    if base is not None and isinstance(b, Commit):
        b = _finish_merge_base(base, workspace, a.name, b)
        trees = (b.oid, trees[1])
    side_b = b if isinstance(b, Side) else read_side(reader, workspace, b) or without_record(reader, workspace, b)
    exact = (trees[0] if base else _exact_code(reader, side_b, trees[0]), _exact_code(reader, side_a, trees[1]))
    code = finish_files(files) if files else ()
    if exact != trees and all(exact):
        code = finish_files(start_files(workspace, *exact))
    remark = "merge-base" if base else ""
    return _Pair(side_a, side_b, remark, code, exact if all(exact) else None)


def _locate(reader: ObjectReader, workspace: Workspace, name: str) -> Commit | Side:
    return find_commit(reader, workspace, name) or live_side(workspace, name)


def _code_id(found: Commit | Side) -> str:
    return found.record.run.code if isinstance(found, Side) else found.oid


def _exact_code(reader: ObjectReader, side: Side, tree: str) -> str:
    """Returns the commit that holds the code which ran, where commits came after it on the branch."""
    code = side.record.run.code
    if side.stale and code and reader.read(f"{code}^{{commit}}"):
        return code
    return tree


def _baseline(reader: ObjectReader, workspace: Workspace) -> Commit:
    name = workspace.settings.baseline
    for place in (name, f"origin/{name}"):
        found = find_commit(reader, workspace, place)
        if found:
            return found
    raise NotFoundError(
        f"the baseline {safe_text(name)} does not exist",
        "name B, or set project.baseline in branchlab.toml",
    )


def _start_merge_base(workspace: Workspace, trees: tuple[str, str]) -> subprocess.Popen[bytes]:
    return start_git(["merge-base", *trees], cwd=workspace.repository.top)


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
