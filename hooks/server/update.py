#!/usr/bin/env python3
"""Refuses bad branch names and records that cannot be read on a git server, whatever hooks those who push have.

One file that needs git and a Python 3.11 or newer, and no branchlab. Put it into the repository on the server, under
the name of the hook that it shall be, and make it executable:

    cp update.py  REPOSITORY.git/hooks/update        # refuses the bad branches of a push, lets the others in
    cp update.py  REPOSITORY.git/hooks/pre-receive   # refuses the whole push
    chmod +x      REPOSITORY.git/hooks/update

GitLab takes it as `custom_hooks/pre-receive.d/branchlab`, GitHub Enterprise Server as a pre-receive hook. Hosts that
let nobody install hooks have rule sets for branch names, and `branchlab check` in CI.

What it does:
  - The rule is [naming] of branchlab.toml on the server's default branch, as it was before the push. Without that file
    everything passes.
  - Only names of new branches are judged: those that were there before the rule can still be pushed to. Tags,
    deletions and everything else outside refs/heads/ pass.
  - The metrics.toml at the tip of each pushed branch must be TOML of at most 1 MiB without conflict markers.
  - Whether records belong to their code is not looked at here: `branchlab check` in CI does that.
"""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from importlib import util
from typing import Any, NamedTuple

SETTINGS = "HEAD:branchlab.toml"  # of a project in a folder: "HEAD:folder/branchlab.toml"
RECORD = "metrics.toml"  # of a project in a folder: "folder/metrics.toml"; "" looks at no record
RECORD_BYTES = 1 << 20
KEY_DOTS = 16  # a line with more costs a TOML parser seconds: it is left to readers, who have limits of their own
SETTINGS_BYTES = 1 << 17
SETTINGS_LINE_BYTES = 1 << 12  # a dotted key costs a TOML parser the square of its length
NAME_LENGTH = 200
HEADS = "refs/heads/"

PATTERN = "exp/{type}/{slug}"
TYPES = ["model", "data", "feature", "tune", "fix"]
EXEMPT = ["main", "release/*"]
BASELINE = "main"

SLUG = r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*"
FIELDS = {
    "slug": SLUG,
    "user": SLUG,
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "issue": "[0-9]+|[A-Z][A-Z0-9_]+-[0-9]+",
}


class Rule(NamedTuple):
    """The naming rule: what an experiment is called, and which branches are none."""

    words: str
    experiment: re.Pattern[str]
    exempt: re.Pattern[str]

    def accepts(self, name: str) -> bool:
        """Tells whether a branch may have this name."""
        good = len(name) <= NAME_LENGTH and self.experiment.fullmatch(name)
        return bool(good or self.exempt.fullmatch(name))


def rule_of(settings: dict[str, Any]) -> Rule:
    """Returns the rule of parsed settings; raises `ValueError`, `TypeError` or `KeyError` when it cannot be used."""
    naming = settings.get("naming", {})
    pattern, types = naming.get("pattern", PATTERN), naming.get("types", TYPES)
    baseline = settings.get("project", {}).get("baseline", BASELINE)
    if "{slug}" not in pattern:
        message = "naming.pattern has no {slug}"
        raise ValueError(message)
    fields = FIELDS | {"type": "|".join(map(re.escape, types))}
    pieces = [r"(?!.*\.(?:\.|lock(?:/|\Z)))"]  # git allows neither `..` nor `.lock` at the end of a part
    for place, piece in enumerate(re.split(r"\{([^{}]*)\}", pattern)):
        pieces.append(f"({fields[piece]})" if place % 2 else re.escape(piece))
    words = f"names follow {pattern}" + (f", where type is one of {', '.join(types)}" if "{type}" in pattern else "")
    exempt = [*map(fnmatch.translate, naming.get("exempt", EXEMPT)), re.escape(baseline)]
    return Rule(words, re.compile("".join(pieces)), re.compile("|".join(exempt)))


def read_rule() -> Rule | None:
    """Reads the rule of the repository; None when it has none. Raises `ValueError` when it cannot be used."""
    import tomllib

    if not git("cat-file", "-t", SETTINGS):
        return None
    text = git("cat-file", "blob", SETTINGS)
    if len(text) > SETTINGS_BYTES or max(map(len, text.split(b"\n"))) > SETTINGS_LINE_BYTES:
        message = "it is too large"
        raise ValueError(message)
    try:
        return rule_of(tomllib.loads(text.decode()))
    except (AttributeError, KeyError, RecursionError, TypeError, re.error) as error:
        message = f"{type(error).__name__} {error}"
        raise ValueError(message) from None


class Update(NamedTuple):
    """A branch that is pushed: its name, and its old and new commit, of which one may be all zeros."""

    name: str
    old: str
    new: str


def updates_of(arguments: list[str], lines: list[str]) -> list[Update]:
    """Returns the branches of a push: git tells `update` by arguments, `pre-receive` by lines."""
    told = [[arguments[1], arguments[2], arguments[0]]] if arguments else [line.split(" ", 2) for line in lines]
    return [Update(ref[len(HEADS) :], old, new) for old, new, ref in told if ref.startswith(HEADS)]


def name_problem(rule: Rule | str | None, update: Update) -> str:
    """Returns why a branch may not be made, empty when it may; a rule that is a text says why there is no rule."""
    if update.old.strip("0") or rule is None:
        return ""
    if isinstance(rule, str):
        return f"branchlab.toml of the default branch cannot be used: {rule}. hint: push a good one there first"
    if rule.accepts(update.name):
        return ""
    remedy = f"git branch -m {update.name} NEW-NAME, and push again"
    return f"{update.name} is no name for an experiment: {rule.words}. hint: {remedy}"


def record_problem(update: Update) -> str:
    """Returns what is wrong with the record at the tip of a branch, empty when nothing is or there is none."""
    import tomllib

    found = git("cat-file", "--batch-check=%(objectsize)", stdin=f"{update.new}:{RECORD}\n".encode()).strip()
    if not RECORD or not found.isdigit():
        return ""
    where = f"{RECORD} of {update.name}"
    if int(found) > RECORD_BYTES:
        return f"{where} is larger than 1 MiB. hint: log curves step by step"
    text = git("cat-file", "blob", f"{update.new}:{RECORD}")
    if b"\n<<<<<<< " in b"\n" + text:
        return f"{where} has conflict markers. hint: finish the merge: keep one side"
    if any(line.count(b".") > KEY_DOTS for line in text.split(b"\n")):
        return ""
    try:
        tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        return f"{where} is not valid TOML: {error!s:.200}. hint: restore it, or record the run again"
    return ""


def git(*arguments: str, stdin: bytes = b"") -> bytes:
    """Returns what git prints; nothing when it fails, as for an object that is not there."""
    # The environment is passed on whole: what is pushed lies in quarantine, and only git's variables lead to it
    # (git-receive-pack(1), QUARANTINE ENVIRONMENT).
    done = subprocess.run(["git", *arguments], input=stdin, capture_output=True, check=False)
    return b"" if done.returncode else done.stdout


def main(arguments: list[str]) -> int:
    """Returns 1 and says why when the push, or this branch of it, is refused."""
    # An older Python gets as far as this, because nothing above imports tomllib.
    if util.find_spec("tomllib") is None:
        return refuse("the Python of this server is older than 3.11. hint: tell who runs it")
    lines = [] if arguments else sys.stdin.buffer.read().decode(errors="surrogateescape").split("\n")[:-1]
    updates = [update for update in updates_of(arguments, lines) if update.new.strip("0")]
    try:
        rule: Rule | str | None = read_rule() if updates else None
    except ValueError as error:
        rule = str(error)
    problems = [problem for update in updates for problem in (name_problem(rule, update), record_problem(update))]
    return max([0, *map(refuse, filter(None, problems))])


def refuse(words: str) -> int:
    """Says why in plain ASCII, for it goes to the terminal of who pushes."""
    plain = words.encode("ascii", "backslashreplace").decode()
    sys.stderr.write("branchlab: error: " + re.sub(r"[\x00-\x1f\x7f]", "?", plain) + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
