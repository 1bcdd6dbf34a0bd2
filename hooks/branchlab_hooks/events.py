"""The git hooks that exist here, and which of them may say no."""

from __future__ import annotations

EVENTS: dict[str, bool] = {
    "pre-commit": True,
    "prepare-commit-msg": False,
    "commit-msg": False,
    "post-commit": False,
    "pre-merge-commit": True,
    "post-rewrite": False,
    "post-checkout": False,
    "pre-push": True,
    "reference-transaction": True,
}
"""Each event, and whether it is a gate: a gate refuses what it cannot check, the others let everything pass."""

# Of any other event nothing may be read: `branchlab hooks exec` would wait for the keyboard.
WITH_INPUT = frozenset(("pre-push", "post-rewrite", "reference-transaction"))
"""The events that git tells more on standard input."""

SKIP_VARIABLE = "BRANCHLAB_SKIP"
