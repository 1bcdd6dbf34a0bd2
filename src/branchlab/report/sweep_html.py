"""`sweep report --html`: one file with tables and pictures, which loads nothing and runs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.page import Block, Facts
from branchlab.report.plot import STYLE as PLOT_STYLE
from branchlab.report.sweep_plots import contour_plot, front_plot, history_plot, slice_plots
from branchlab.report.sweep_report import report_parts
from branchlab.report.sweep_trials import trial_table
from branchlab.report.table import Table
from branchlab.report.xml_text import xml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchlab.report.style import Style
    from branchlab.report.sweep_report import Findings
    from branchlab.report.table import Cell, Column

_STYLE = f"""\
:root{{color-scheme:light dark;--ink:#1f2328;--dim:#656d76;--paper:#fff;--line:#eaeef2;--edge:#afb8c1;--one:#0969da;\
--two:#bf3989;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700}}
@media (prefers-color-scheme:dark){{:root{{--ink:#e6edf3;--dim:#9198a1;--paper:#0d1117;--line:#21262d;--edge:#3d444d;\
--one:#4493f8;--two:#f778ba;--good:#3fb950;--bad:#f85149;--warn:#d29922}}}}
body{{background:var(--paper);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,sans-serif;max-width:900px;\
margin:2rem auto;padding:0 1rem}}
h1{{font-size:1.6rem;margin:0 0 1rem}}h2{{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}}
.scroll{{overflow-x:auto}}table{{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9em}}
th,td{{padding:.25em .75em;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}}
th{{color:var(--dim);font-weight:600}}.r{{text-align:right}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1.2em}}dt{{color:var(--dim)}}dd{{margin:0}}
p{{margin:.4em 0}}
.dim{{color:var(--dim)}}.better{{color:var(--good)}}.worse{{color:var(--bad)}}.warn{{color:var(--warn)}}
.best{{font-weight:700;color:var(--two)}}.bold,.title{{font-weight:600}}.live{{color:var(--one)}}
.pair{{display:flex;flex-wrap:wrap;gap:1rem}}summary{{cursor:pointer;color:var(--dim)}}
{PLOT_STYLE}"""
# Nothing of a repository can make the page load or run something, whatever a browser takes for markup.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def report_html(findings: Findings) -> str:
    """Returns the report as one HTML page."""
    search = findings.standing.search
    name = xml_text(search.name)
    lines = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>Sweep {name}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>Sweep {name}</h1>",
    ]
    parts = report_parts(findings)
    for place, part in enumerate(parts):
        lines += [f"<h2>{xml_text(part.title)}</h2>", *(line for block in part.blocks for line in _block(block))]
        if place == min(1, len(parts) - 1):  # behind the best
            lines += _pictures(findings)
    trials = search.study.trials
    if trials:
        table = "\n".join(_table(trial_table(trials, search)))
        lines += [f"<details><summary>All {len(trials)} trials</summary>", table, "</details>"]
    return "\n".join([*lines, "</body></html>", ""])


def _pictures(findings: Findings) -> Iterator[str]:
    search = findings.standing.search
    front = front_plot(search)
    if front:
        yield f"<h2>The trade</h2>{front}"
    for objective in search.objectives.optimize:
        picture = history_plot(search, objective.metric)
        if picture:
            yield f"<h2>{xml_text(objective.metric)}, trial by trial</h2>{picture}"
        small = slice_plots(search, objective.metric)
        if small:
            yield f'<div class="pair">{"".join(small)}</div>'
        weighed = next((one for one in findings.importance if one.metric == objective.metric), None)
        yield contour_plot(search, weighed) if weighed else ""


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Facts):
        rows = "".join(f"<dt>{xml_text(label)}</dt><dd>{xml_text(text)}</dd>" for label, text in block.rows)
        yield f"<dl>{rows}</dl>"
    else:
        yield f"<p{_class(block.style)}>{xml_text(block.text)}</p>"


def _table(table: Table) -> Iterator[str]:
    heads = "".join(f"<th{_aligned(column)}>{xml_text(column.title)}</th>" for column in table.columns)
    yield f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>'
    for row in table.rows:  # tables of a sweep have no heading rows, which would be refused below
        yield f"<tr>{''.join(_cell(cell, column) for cell, column in zip(row, table.columns, strict=True))}</tr>"
    yield "</tbody></table></div>"


def _cell(cell: Cell, column: Column) -> str:
    right = "r" if column.align != "left" else ""
    return f"<td{_class(' '.join(filter(None, (right, cell.style))))}>{xml_text(cell.text)}</td>"


def _aligned(column: Column) -> str:
    return _class("r" if column.align != "left" else "")


def _class(names: Style | str) -> str:
    return f' class="{names}"' if names else ""
