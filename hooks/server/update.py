#!/usr/bin/env python3
"""Refuses branches with bad names on a git server, whatever hooks the people who push have.

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
  - Only new branches are judged: those that were there before the rule can still be pushed to. Tags, deletions and
    everything else outside refs/heads/ pass.
  - Whether records belong to their code is not looked at here: `branchlab check` in CI does that.
"""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from typing import Any, NamedTuple

SETTINGS = "HEAD:branchlab.toml"  # of a project in a folder: "HEAD:folder/branchlab.toml"
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
    try:
        import tomllib
    except ImportError:
        message = "the Python of this server is older than 3.11"
        raise ValueError(message) from None
    done = subprocess.run(["git", "cat-file", "blob", SETTINGS], capture_output=True, check=False)
    if done.returncode:
        return None
    if len(done.stdout) > SETTINGS_BYTES or max(map(len, done.stdout.split(b"\n"))) > SETTINGS_LINE_BYTES:
        message = "it is too large"
        raise ValueError(message)
    try:
        return rule_of(tomllib.loads(done.stdout.decode()))
    except (AttributeError, KeyError, RecursionError, TypeError, re.error) as error:
        message = f"{type(error).__name__} {error}"
        raise ValueError(message) from None


def new_branches(arguments: list[str], lines: list[str]) -> list[str]:
    """Returns the names of the branches that a push makes: git tells `update` by arguments, `pre-receive` by lines."""
    updates = (
        [(arguments[1], arguments[0])]
        if arguments
        else [(line.split(" ", 2)[0], line.split(" ", 2)[2]) for line in lines]
    )
    return [ref.removeprefix(HEADS) for old, ref in updates if ref.startswith(HEADS) and not old.strip("0")]


def main(arguments: list[str]) -> int:
    """Returns 1 and says why when the push, or this branch of it, is refused."""
    lines = [] if arguments else sys.stdin.buffer.read().decode(errors="surrogateescape").split("\n")[:-1]
    names = new_branches(arguments, lines)
    if not names:
        return 0
    try:
        rule = read_rule()
    except ValueError as error:
        return refuse(
            f"branchlab.toml of the default branch cannot be used: {error}. hint: push a good one there first"
        )
    refused = [name for name in names if rule and not rule.accepts(name)]
    for name in refused:
        remedy = f"git branch -m {name} NEW-NAME, and push again"
        refuse(f"{name} is no name for an experiment: {rule.words if rule else ''}. hint: {remedy}")
    return 1 if refused else 0


def refuse(words: str) -> int:
    """Says why in plain ASCII, for it goes to the terminal of who pushes."""
    plain = words.encode("ascii", "backslashreplace").decode()
    sys.stderr.write("branchlab: error: " + re.sub(r"[\x00-\x1f\x7f]", "?", plain) + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
