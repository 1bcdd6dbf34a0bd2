"""Parameters, data and environment of a difference. Free of Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.compare.difference import DataChange, ParamChange
from branchlab.report.difference import packages, signed
from branchlab.report.style import SAME
from branchlab.report.values import short_id
from branchlab.text import flatten, format_bytes, format_number, safe_text
from branchlab_tui.screens.diff.entry import ARROW, Entry, exact_value, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from branchlab.compare.difference import Difference
    from branchlab.experiment import Scalar
    from branchlab.record.model import DataFile

_FACTOR = 2  # from which on a ratio says more than a difference
_STATUS = {"added": "only A has it", "removed": "only B has it", "changed": "changed"}


def param_rows(difference: Difference, *, everything: bool) -> Iterator[Entry]:
    """Yields the parameters that differ, or all of them."""
    a, b = difference.a.record.params, difference.b.record.params
    yield from _settings("params", difference.params, flatten(a), flatten(b), everything=everything)


def environment_rows(difference: Difference, *, everything: bool) -> Iterator[Entry]:
    """Yields what differs in the environment, packages by their names, or all of it."""
    a, b = flatten(difference.a.record.environment), flatten(difference.b.record.environment)
    # All of it, not the changes alone: `packages` names them, and `everything` shows the same ones too.
    named = packages([ParamChange(name, a.get(name), b.get(name)) for name in sorted(a.keys() | b.keys())])
    differs = {change.name for change in packages(difference.environment)}
    for change in named:
        if everything or change.name in differs:
            yield _setting("environment", change, same=change.name not in differs)


def data_rows(difference: Difference, *, everything: bool) -> Iterator[Entry]:
    """Yields the inputs and outputs that differ by content, or all of them."""
    changed = {change.path: change for change in difference.data}
    a = difference.a.record.data
    # What only B has is in `changed`, so A's paths are enough.
    paths = sorted(changed.keys() | (a.keys() if everything else set()))
    for path in paths:
        yield _data(changed[path]) if path in changed else _same_data(path, a[path])


def _settings(
    section: str, changes: Sequence[ParamChange], a: Mapping[str, Scalar], b: Mapping[str, Scalar], *, everything: bool
) -> Iterator[Entry]:
    differs = {change.name: change for change in changes}
    names = sorted(a.keys() | b.keys()) if everything else list(differs)
    for name in names:
        change = differs.get(name) or ParamChange(name, a.get(name), b.get(name))
        yield _setting(section, change, same=name not in differs)


def _setting(section: str, change: ParamChange, *, same: bool) -> Entry:
    name, how = safe_text(change.name), "" if same else _how(change)
    told = f"{name}  {exact_value(change.b)}"
    if not same:
        told = f"{told} {ARROW} {exact_value(change.a)}"
    return Entry(
        f"{section}/{change.name}",
        name,
        shown_value(change.b),
        shown_value(change.a),
        how,
        mark=SAME if same else "",
        verdict="same" if same else _presence(change),
        told=f"{told}  {how}".rstrip(),
        same=same,
    )


def _presence(change: ParamChange) -> str:
    if change.a is None:
        return "only B has it"
    return "only A has it" if change.b is None else ""


def _how(change: ParamChange) -> str:
    """Returns how a number changed: by a factor where that says more, else by a difference."""
    numbers = [
        value for value in (change.a, change.b) if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
    if len(numbers) != 2:  # noqa: PLR2004 - both sides
        return ""
    a, b = numbers
    # With different signs, or from zero, there is no factor.
    if a and b and a / b > 0 and max(a / b, b / a) >= _FACTOR:
        return f"×{format_number(a / b)}" if abs(a) > abs(b) else f"÷{format_number(b / a)}"  # noqa: RUF001 - times
    return signed(a - b)


def _data(change: DataChange) -> Entry:
    status = _STATUS[change.status]
    delta, more = "", []
    if change.a_bytes is not None and change.b_bytes is not None and change.a_bytes != change.b_bytes:
        delta = f"{'+' if change.a_bytes > change.b_bytes else ''}{format_bytes(change.a_bytes - change.b_bytes)}"
    if change.a_files is not None and change.b_files is not None and change.a_files != change.b_files:
        more.append(f"{change.a_files - change.b_files:+d} files")
    if change.output:
        more.append("output")
    b = _size(change.b, change.b_bytes, change.b_files)
    a = _size(change.a, change.a_bytes, change.a_files)
    name = safe_text(change.path)
    verdict = ", ".join([status, *more])
    told = f"{name}  {short_id(change.b)} {b} {ARROW} {short_id(change.a)} {a}  {delta}  {verdict}"
    # Other inputs make metrics hard to compare; other outputs are what an experiment is for.
    style = "warn" if change.status == "changed" and not change.output else "dim"
    return Entry(f"data/{change.path}", name, b, a, delta, verdict=verdict, style=style, told=told)


def _same_data(path: str, entry: DataFile) -> Entry:
    size = _size(entry.md5, entry.bytes, entry.files)
    name = safe_text(path)
    verdict = "same, output" if entry.output else "same"
    told = f"{name}  {short_id(entry.md5)} {size}  {verdict}"
    return Entry(f"data/{path}", name, size, size, mark=SAME, verdict=verdict, told=told, same=True)


def _size(digest: str | None, size: int | None, files: int | None) -> str:
    if digest is None:
        return shown_value(None)
    many = f" in {files} files" if files is not None else ""
    return f"{format_bytes(size or 0)}{many}"
