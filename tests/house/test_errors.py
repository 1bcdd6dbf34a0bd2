"""Errors: as few kinds as a user has things to do about them, and each says what to do."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TypeGuard

from branchlab import errors

ROOT = Path(__file__).parents[2]
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
# Their message is the remedy, or whoever calls them gives one.
WITHOUT_HINT = {"src/branchlab/parameters/toml_edit.py", "src/branchlab/sweep/pruning/judge.py"}


def _base_names(node: ast.ClassDef) -> set[str]:
    return {base.id for base in node.bases if isinstance(base, ast.Name)}


def _is_silent(node: ast.AST) -> TypeGuard[ast.Call]:
    """Says whether this makes an error of ours that has a message only."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KINDS
        and len(node.args) + len(node.keywords) < 2
        and not any(isinstance(part, ast.Starred) for part in node.args)
    )


@cache
def _bases_and_silent() -> tuple[dict[str, set[str]], list[str]]:
    """Returns the bases of each class, and where an error says not what to do; the trees themselves are not kept."""
    bases, silent = {}, []
    for folder in ("src", "tui", "hooks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    bases[f"{name}:{node.name}"] = _base_names(node)
                elif _is_silent(node) and name not in WITHOUT_HINT and folder != "tui":
                    silent.append(f"{name}:{node.lineno} {ast.unparse(node)[:80]}")
    return bases, silent


def test_there_are_at_most_twelve_kinds_of_errors() -> None:
    bases, _ = _bases_and_silent()
    found = {"BranchlabError"}
    for _ in range(4):  # a subclass may be read before its base
        found |= {name.rpartition(":")[2] for name, above in bases.items() if above & found}
    assert 1 < len(found) <= 13, sorted(found)


def test_each_error_of_core_and_hooks_says_what_to_do() -> None:
    _, silent = _bases_and_silent()
    assert silent == []
