"""Errors: as few kinds as a user has things to do about them, and each says what to do."""

from __future__ import annotations

import ast
from pathlib import Path

from branchlab import errors

ROOT = Path(__file__).parents[2]
TREES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text())
    for folder in ("src", "tui", "hooks")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
# Their message is the remedy, or whoever calls them gives one.
WITHOUT_HINT = {"src/branchlab/parameters/toml_edit.py", "src/branchlab/sweep/pruning/judge.py"}


def _base_names(node: ast.ClassDef) -> set[str]:
    return {base.id for base in node.bases if isinstance(base, ast.Name)}


def test_there_are_at_most_twelve_kinds_of_errors() -> None:
    classes = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = {"BranchlabError"}
    for _ in range(4):  # a subclass may be read before its base
        found |= {node.name for node in classes if _base_names(node) & found}
    assert len(found) - 1 <= 12, sorted(found)


def test_each_error_of_core_and_hooks_says_what_to_do() -> None:
    silent = [
        f"{name}:{node.lineno} {ast.unparse(node)[:80]}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KINDS
        and len(node.args) + len(node.keywords) < 2
        and not any(isinstance(part, ast.Starred) for part in node.args)
        and name not in WITHOUT_HINT
        and not name.startswith("tui/")
    ]
    assert silent == []
