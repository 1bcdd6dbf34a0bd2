"""Files and functions stay short: the house figures of CONTRIBUTING.md, counted over the syntax trees."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
PACKAGES = ("src", "tui", "hooks")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Counts from `def` to the last line without the docstring, which the house asks for and so does not charge."""
    assert function.end_lineno is not None
    length = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) and first.end_lineno is not None:
        length -= first.end_lineno - first.lineno + 1
    return length


def _functions(files: list[Path]) -> dict[str, int]:
    return {name: length for path in files for name, length in _functions_of(path).items()}


@cache
def _functions_of(path: Path) -> dict[str, int]:
    return {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": _code_lines(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, FUNCTION)
    }


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {str(path.relative_to(ROOT)): _lines(path) for path in _files(*PACKAGES, "tests", "benchmarks")}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_the_median_file_is_short() -> None:
    assert median(lines for path in _files(*PACKAGES) if (lines := _lines(path))) <= 120


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = _functions(_files(*PACKAGES, "tests", "benchmarks"))
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_most_functions_are_small() -> None:
    lengths = list(_functions(_files(*PACKAGES)).values())
    assert median(lengths) <= 8
    assert quantiles(lengths, n=10)[-1] <= 30


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"common", "core", "helper", "helpers", "manager", "misc", "shared", "util", "utils"}
    assert [path for path in _files(*PACKAGES, "tests", "benchmarks") if path.stem in empty] == []
