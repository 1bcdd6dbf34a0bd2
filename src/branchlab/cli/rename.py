"""`branchlab rename`: another name that the rule accepts."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from branchlab.catalog.shelf import rename
from branchlab.cli.project import open_project
from branchlab.cli.shelf import require_experiment
from branchlab.errors import ExitCode
from branchlab.git.refs import BRANCHES
from branchlab.naming import compile_rule, split_issue
from branchlab.running.names import complete_name, user_name
from branchlab.text import safe_text

if TYPE_CHECKING:
    import argparse

    from branchlab.cli.terminal import Terminal

EXAMPLES = (
    ("branchlab rename wider model/wide-2", "renames exp/model/wider to exp/model/wide-2"),
    ("branchlab rename my_experiment my-experiment", "brings a branch under the naming rule"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("old", metavar="EXPERIMENT", help="name, or its last part")
    parser.add_argument("new", metavar="NEW-NAME", help="new name, or its last part")


def run(arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Renames one branch."""
    workspace, _ = open_project(terminal)
    ref = require_experiment(workspace, arguments.old, "git branch -m renames other branches")
    old = ref.name.removeprefix(BRANCHES)
    naming = workspace.settings.naming
    rule = compile_rule(naming)
    fields = rule.fields(old) or {}
    kind = fields.get("type")
    asked = f"{kind}/{arguments.new}" if kind and "/" not in arguments.new else arguments.new
    # The issue stays unless the new name says one: `complete_name` refuses to be told two.
    said = rule.accepts(asked) or split_issue(arguments.new.rpartition("/")[2])[0]
    new = complete_name(naming, asked, user=user_name(), issue="" if said else fields.get("issue", ""))
    rename(workspace.repository, ref, new)
    # The new name keeps to the rule; the old one may be anything that git takes.
    undo = f"git branch -m {new} {shlex.quote(old)}"
    terminal.words(f"renamed {safe_text(old)} to {safe_text(new)}; {safe_text(undo)} undoes it")
    terminal.data(new)
    return ExitCode.OK
