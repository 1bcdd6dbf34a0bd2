"""`diff`: two records side by side, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchlab.report.page import Block, Line
from branchlab.report.style import MISSING, STALE, VERDICT_MARKS
from branchlab.report.table import Cell, Column, Table, drop_empty
from branchlab.report.values import metric_title, short_id, short_names, show_scalar, style_of_verdict
from branchlab.text import format_bytes, format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.compare.difference import CodeFile, DataChange, Difference, MetricChange, ParamChange, Side
    from branchlab.experiment import Scalar

_MOST_FILES = 20
_LEAST_METRIC = 30
_LEAST_NAME = 24
_LEAST_VALUE = 8
_LEAST_VERDICT = 10
CSV_HEADER = ("kind", "name", "a", "b", "delta", "verdict", "reason")


def difference_page(difference: Difference, remark: str = "") -> list[Block]:
    """Returns what `diff` shows: sections without a difference are named in one line at the end."""
    names = short_names([difference.a.name, difference.b.name])
    shown = [change for change in difference.metrics if _matters(change)]
    hidden = len(difference.metrics) - len(shown)
    sections: dict[str, Table | None] = {
        "metrics": _metrics(shown, names) if shown else None,
        "parameters": params_table("parameter", difference.params, names) if difference.params else None,
        "data": data_table(difference.data, names) if difference.data else None,
        "environment": params_table("environment", packages(difference.environment), names)
        if difference.environment
        else None,
        "code": code_table(difference.code) if difference.code else None,
    }
    title = f"{_title(difference.a)} against {_title(difference.b)}{f' ({remark})' if remark else ''}"
    # Without a record only files were compared: "no difference in metrics" would claim more.
    known = sections.keys() if difference.b.record.run.id else {"parameters", "code"}
    equal = [name for name, table in sections.items() if table is None and name in known]
    return [
        Line(title, "bold"),
        *([Line(f"{STALE} commits came after the run", "dim")] if difference.a.stale or difference.b.stale else []),
        *([Line(verdicts, "dim")] if (verdicts := _verdicts(shown)) else []),
        *(table for table in sections.values() if table is not None),
        *([Line(f"no difference in {', '.join(equal)}", "dim")] if equal else []),
        *(
            [Line(f"{hidden} values of splits and slices are no better or worse; --json has them", "dim")]
            if hidden
            else []
        ),
    ]


def difference_object(difference: Difference, patch: bytes | None = None) -> dict[str, Any]:
    """Returns the difference as a JSON object; its shape is a promise to scripts."""
    changed = {} if patch is None else {"patch": patch.decode(errors="replace")}
    return {
        "a": difference.a.name,
        "b": difference.b.name,
        "a_commit": difference.a.commit,
        "b_commit": difference.b.commit,
        "metrics": [change._asdict() for change in difference.metrics],
        "params": [change._asdict() for change in difference.params],
        "data": [change._asdict() for change in difference.data],
        "environment": [change._asdict() for change in difference.environment],
        "code": {"files": [file._asdict() for file in difference.code], **changed},
    }


def difference_rows(difference: Difference) -> list[list[Scalar]]:
    """Returns the difference as rows of kind, name, a, b, delta, verdict and reason, for CSV."""
    rows: list[list[Scalar]] = [["metrics", c.name, c.a, c.b, c.delta, c.verdict, c.reason] for c in difference.metrics]
    rows += [["params", c.name, c.a, c.b, None, None, None] for c in difference.params]
    rows += [["data", c.path, c.a, c.b, None, c.status, None] for c in difference.data]
    rows += [["environment", c.name, c.a, c.b, None, None, None] for c in difference.environment]
    rows += [["code", f.path, f.added, f.removed, None, f.status, None] for f in difference.code]
    return rows


def _matters(change: MetricChange) -> bool:
    """Splits and slices are shown where they moved; the metrics themselves always."""
    return change.name == change.metric or change.verdict in ("better", "worse")


def _title(side: Side) -> str:
    # A side that was named by its commit id is not called by it twice.
    name = side.name if side.commit is None or side.commit.startswith(side.name) else f"{side.name} {side.commit[:8]}"
    return f"{name}{STALE if side.stale else ''}"


def _verdicts(changes: Sequence[MetricChange]) -> str:
    counts = {verdict: sum(change.verdict == verdict for change in changes) for verdict in VERDICT_MARKS}
    words = {"incomparable": "not comparable"}
    told = ", ".join(f"{count} {words.get(verdict, verdict)}" for verdict, count in counts.items() if count)
    reasons = dict.fromkeys(change.reason for change in changes if change.reason)
    return f"{told} ({'; '.join(reasons)})" if reasons else told


def _metrics(changes: Sequence[MetricChange], names: Sequence[str]) -> Table:
    columns = [
        Column("metric", least=_LEAST_METRIC),
        *(Column(name, "decimal") for name in names),
        Column("Δ", "decimal"),
        Column("Δ %", "decimal", drop=1),
        Column("", least=_LEAST_VERDICT, keep="start"),
    ]
    return drop_empty(Table(columns, [_metric_row(change) for change in changes]))


def _metric_row(change: MetricChange) -> list[Cell]:
    style = style_of_verdict(change.verdict)
    judged = change.verdict in ("better", "worse")
    return [
        Cell(metric_title(change.name, change.goal, change.unit)),
        _value(change.a),
        _value(change.b),
        Cell(signed(change.delta) if change.delta else "", style if judged else "dim"),
        Cell(percent(change), style if judged else "dim"),
        Cell(f"{VERDICT_MARKS[change.verdict]} {change.reason or change.verdict}", style),
    ]


def _value(value: Scalar) -> Cell:
    return Cell(show_scalar(value), "dim" if value is None else "")


def signed(value: float | None) -> str:
    """Returns a difference with its sign; nothing for None."""
    return "" if value is None else f"{'+' if value > 0 else ''}{format_number(value)}"


def percent(change: MetricChange) -> str:
    """Returns the relative change of A against B; nothing where that says nothing."""
    if not change.delta or not change.b or abs(change.delta) == float("inf") or abs(change.b) == float("inf"):
        return ""
    share = change.delta / abs(change.b) * 100
    return f"{share:+.1f}%" if abs(share) < 1000 and share == share else ""  # noqa: PLR0124, PLR2004 - beyond it says nothing


def params_table(title: str, changes: Sequence[ParamChange], names: Sequence[str]) -> Table:
    """Returns parameters, or other settings, that differ; `names` are those of A and B."""
    columns = [
        Column(title, least=_LEAST_NAME),
        *(Column(name, least=_LEAST_VALUE) for name in names),
        Column(""),
    ]
    return Table(columns, [[Cell(c.name), _value(c.a), _value(c.b), Cell(_change(c), "dim")] for c in changes])


def _change(change: ParamChange) -> str:
    numbers = [
        value for value in (change.a, change.b) if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
    if len(numbers) < 2:  # noqa: PLR2004 - both sides
        return ""
    a, b = numbers
    if a and b and a / b > 0 and (a / b >= 2 or b / a >= 2):  # noqa: PLR2004 - factors say more from two on
        return f"×{format_number(a / b)}" if abs(a) > abs(b) else f"÷{format_number(b / a)}"  # noqa: RUF001 - a sign of times
    return signed(a - b)


def packages(changes: Sequence[ParamChange]) -> list[ParamChange]:
    """Names packages by themselves, and leaves out the hash of all of them where one is named."""
    named = [change._replace(name=change.name.removeprefix("packages.")) for change in changes]
    if any(change.name.startswith("packages.") for change in changes):
        return [change for change in named if change.name != "packages_hash"]
    return named


def data_table(changes: Sequence[DataChange], names: Sequence[str]) -> Table:
    """Returns data that differs by content; `names` are those of A and B."""
    columns = [Column("data", least=_LEAST_NAME), *(Column(name) for name in names), Column("")]
    rows = [
        [
            Cell(change.path + (" (output)" if change.output else "")),
            _content(change.a, change.a_bytes),
            _content(change.b, change.b_bytes),
            Cell(_data_change(change), "warn" if change.status == "changed" else "dim"),
        ]
        for change in changes
    ]
    return Table(columns, rows)


def _content(digest: str | None, size: int | None) -> Cell:
    if digest is None:
        return Cell(MISSING, "dim")
    return Cell(f"{short_id(digest)} {format_bytes(size or 0)}")


def _data_change(change: DataChange) -> str:
    words: list[str] = [change.status]
    if change.a_bytes is not None and change.b_bytes is not None and change.a_bytes != change.b_bytes:
        more = change.a_bytes - change.b_bytes
        words.append(f"{'+' if more > 0 else ''}{format_bytes(more)}")
    if change.a_files is not None and change.b_files is not None and change.a_files != change.b_files:
        words.append(f"{change.a_files - change.b_files:+d} files")
    return ", ".join(words)


def code_table(files: Sequence[CodeFile]) -> Table:
    """Returns the files that differ with their line counts, the first twenty of them."""
    columns = [Column("code", least=_LEAST_NAME), Column("", "right"), Column("", "right"), Column("")]
    # Letters of `git diff --raw`; a renamed file has a score behind its R (https://git-scm.com/docs/diff-format).
    words = {"A": "added", "D": "removed", "M": "", "T": "type changed", "R": "renamed"}
    rows = [
        [
            Cell(file.path),
            # git counts no lines of a binary file.
            Cell("" if file.added is None else f"+{file.added}", "better"),
            Cell(
                "binary" if file.removed is None else f"-{file.removed}", "worse" if file.removed is not None else "dim"
            ),
            Cell(words.get(file.status[:1], ""), "dim"),
        ]
        for file in files[:_MOST_FILES]
    ]
    if len(files) > _MOST_FILES:
        rest = files[_MOST_FILES:]
        added, removed = sum(file.added or 0 for file in rest), sum(file.removed or 0 for file in rest)
        rows.append([Cell(f"{len(rest)} more files", "dim"), Cell(f"+{added}"), Cell(f"-{removed}"), Cell("")])
    return Table(columns, rows)
