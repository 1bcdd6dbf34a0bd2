"""Text that would steer a terminal, a spreadsheet, a page, a log or git, and what must be true wherever it is shown."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from in_process import no_raw

if TYPE_CHECKING:
    from collections.abc import Iterable

MARK = "zqx"  # stands in every text, so that a test can see that it is shown at all
TERMINAL = (
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP1000p\x1b\\",
    "\x1b[?1049h\x1b[2J",
    "\x9b31m",
    "\x9d52;c;ZXZpbA==\x9c",
    "\x85\x84",
    "good\r\x08\x08\x08\x08bad",
    "\x07\x0e\x7f\x00",
    "\u202eabc\u202c\u2066x\u2069",
    "a\u200bb\u200d\u2060\ufeff\u00ad",
    "\u2028\u2029\x0b\x0c",
    "\U000e0041\U000e007f\ufe0f\u180e",
)
MARKUP = (
    "[red]",
    "[/red]",
    "[/]",
    "[@click=app.quit]x[/]",
    "[link=http://evil.example]x[/link]",
    "[bold on red]x",
    "[[]]\\[",
    "$error",
)
PAGES = (
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>",
    "\" onmouseover=\"x' style='x",
    "<!-- --><![CDATA[ ]]>&lt;&#60;",
    "</style></title></svg><a href=javascript:alert(1)>x</a>",
)
MARKDOWN = (
    "[x](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "a|b|c",
    "`code` **bold** ~~x~~ $x$",
    "@octocat #1 http://evil.example www.evil.example",
    "# head",
    "- [ ] item",
    "<details>",
)
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u200b=1+1",
    "\uff1d1+1",
    '"=1+1',
    "=cmd|' /C calc'!A0",
)
LINES = (
    "x\n::error::x",
    "x\n::set-output name=verdict::pass",
    "x\r\n##[error]x",
    "x\nMetric-accuracy: 9",
    "x\n\nBranchlab-Run: 20261120T233015-7f3a9c",
    "x\nSigned-off-by: Somebody Else <x@example.org>",
    "x\nbranchlab: error: x",
)
STRANGE = (
    "$(touch x);`touch x`",
    "--output=x",
    "%s%n{0}{x.__class__}",
    "e\u0301" * 40 + "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 10,
    "\u0e33\u0e33" + "\u1100\u1161\u11a8",
    "表" * 60,
    "l" * 3000,
    "\udcff\udc80",
    "\ud800",
    "\\x1b[31m",
    "",
)
ALL = (*TERMINAL, *MARKUP, *PAGES, *MARKDOWN, *FORMULAS, *LINES, *STRANGE)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_ROW = re.compile(r"(?<!\\)(?:\\\\)*\|")
_MARKED_UP = re.compile(r"(?<!\\)(?:\\\\)*(?:!?\[[^\]]*\]\(|<(?!!-- -->)|@\w|https?://(?!<!--)|www\.\w)")


def every(texts: Iterable[str], first: str = "") -> str:
    """Returns many texts as one that begins with `first`."""
    return f"{first}{MARK}{' '.join(texts)}"


def as_file_text(text: str) -> str:
    """Returns a text that UTF-8 can hold: lone surrogates as the escapes that they are shown as."""
    return text.encode("utf-8", "backslashreplace").decode()


def as_branch(text: str) -> str:
    """Returns as much of a text as git lets stand in the name of a branch."""
    kept = re.sub(r"[\x00-\x20\x7f~^:?*\[\\/]", "", as_file_text(text)).replace("..", "").replace("@{", "@")
    return re.sub(r"[.]lock|^[-.]+|[.]+$", "", kept)[:60] or "x"


def as_path(text: str) -> str:
    """Returns as much of a text as may stand in the name of a file in git and on a disk."""
    kept = re.sub(r"[\x00/]", "", as_file_text(text)).encode()[:150].decode(errors="ignore")
    return kept if kept.strip(". ") else "x"


def check_words(text: str) -> None:
    """Holds text for a person: nothing steers the terminal but colours."""
    no_raw(COLOURS.sub("", text))


def check_log(text: str) -> None:
    """Holds what stands in the log of a job: words for a person, and no line that is a command to the host."""
    check_words(text)
    bad = [line for line in text.splitlines() if line.strip().startswith(("::", "##["))]
    assert not bad, bad


def check_json(text: str) -> object:
    """Holds JSON: ASCII, valid, without NaN."""
    no_raw(text)

    def refuse(word: str) -> None:
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


def check_csv(text: str) -> None:
    """Holds CSV: each row as long as the head, no cell a formula."""
    no_raw(text)
    rows = list(csv.reader(io.StringIO(text)))
    assert len({len(row) for row in rows}) <= 1
    for cell in (cell for row in rows for cell in row):
        if not _is_number(cell):
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")), cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def check_markdown(text: str) -> None:
    """Holds Markdown: tables of equal rows, and no link, picture, mention or element that is not ours."""
    no_raw(text)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    block: list[int] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            block.append(len(_ROW.findall(line)))
        else:
            assert len(set(block)) <= 1, line
            block = []
    for line in rows:
        found = _MARKED_UP.search(line.replace("&amp;", "&"))
        assert found is None, line[max(0, found.start() - 30) : found.end() + 30]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.values += [value or "" for _, value in attrs]


_TAGS = """
html head meta title style body h1 h2 h3 p div span dl dt dd table thead tbody tr th td details summary
svg g path line rect circle text polyline polygon desc
"""
_ATTRIBUTES = """
lang charset http-equiv content name class style viewbox width height d x y x1 x2 y1 y2 cx cy r rx ry fill stroke
points transform text-anchor font-weight role aria-label xmlns id opacity stroke-width dominant-baseline font-size open
fill-opacity stroke-dasharray dx dy preserveaspectratio vector-effect
"""
TAGS, ATTRIBUTES = frozenset(_TAGS.split()), frozenset(_ATTRIBUTES.split())


def check_page(text: str) -> None:
    """Holds a page of HTML or SVG: only elements and attributes that we write, and no text in them that loads."""
    no_raw(text)
    page = _Page()
    page.feed(text)
    page.close()
    assert page.tags <= TAGS, page.tags - TAGS
    assert page.attributes <= ATTRIBUTES, page.attributes - ATTRIBUTES
    bad = [value for value in page.values if "://" in value and "www.w3.org" not in value and MARK not in value]
    assert not bad, bad


def check_xml(text: str) -> None:
    """Holds XML: well-formed, without a document type."""
    no_raw(text)
    assert "<!DOCTYPE" not in text
    ET.fromstring(text.encode())  # noqa: S314 - our own text, without a document type


def check_openmetrics(text: str) -> None:
    """Holds OpenMetrics as the parser of Prometheus reads it."""
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    no_raw(text)
    names = {family.name for family in text_string_to_metric_families(text)}  # type: ignore[no-untyped-call]
    assert names <= {"branchlab_metric", "branchlab_gate_passed", "branchlab_verdict"}, names
