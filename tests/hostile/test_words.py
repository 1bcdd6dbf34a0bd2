"""A nasty text in every field at once, through every output: terminal, JSON, CSV, Markdown, pages, reports, screens."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchlab.naming import slugify
from branchlab.record.message import commit_message
from in_process import no_raw
from nasty_project import PLAIN, RUN, check_reports, check_said, lines_of, make_nasty, say
from nasty_text import (
    ALL,
    FORMULAS,
    LINES,
    MARK,
    MARKDOWN,
    MARKUP,
    PAGES,
    STRANGE,
    TERMINAL,
    as_branch,
    as_file_text,
    every,
)
from record_strategies import example, run_example
from screen_tour import tour

if TYPE_CHECKING:
    from pathlib import Path

    from nasty_project import Nasty
    from opened_view import Opened
    from scratch_repository import ScratchRepository

COUNT = itertools.count()
EVERYTHING = every((*TERMINAL, *MARKUP, *PAGES, *MARKDOWN, *FORMULAS, *LINES, *STRANGE[:6]), "=1+1[/red]\x1b[31m")
VARIANTS = {
    "formulas": every(FORMULAS, "="),
    "terminal": every(TERMINAL, "\x1b[31m"),
    "markup": every(MARKUP, "[/red]"),
    "pages": every(PAGES, "</td>"),
    "markdown": every(MARKDOWN, "|"),
    "lines": every(LINES, "\n::error::"),
    "strange": every(STRANGE, "-"),
    "empty": "",
}
WORDS = st.text(st.characters() | st.sampled_from("".join(ALL)), max_size=80) | st.sampled_from(ALL)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Nasty:
    """A project that carries all of them at once."""
    return make_nasty(tmp_path_factory.mktemp("nasty") / "project", EVERYTHING)


def check_all(nasty: Nasty, folder: Path) -> None:
    """Runs every command line, by turns into a pipe and on a terminal with colours."""
    for number, line in enumerate(lines_of(nasty)):
        on_terminal = number % 2 == 0 or "--code" in line  # into a pipe a patch goes as git writes it
        check_said(line, say(nasty.repository.path, line, width=80 if on_terminal else 0, colour=on_terminal))
    assert check_reports(nasty, folder) > 3


def test_no_output_of_a_command_is_steered_by_any_field(nasty: Nasty, tmp_path: Path) -> None:
    check_all(nasty, tmp_path / "reports")


def test_the_text_is_in_the_outputs_that_are_held(nasty: Nasty) -> None:
    for line in (("ls", "--csv"), ("show", nasty.name), ("diff", nasty.name, PLAIN), ("sweep", "run", "--dry-run")):
        said = say(nasty.repository.path, line)
        assert MARK in said.out, (line, said.err)


def look(opened: Opened, place: str) -> None:
    """Holds a screen: nothing raw, no control segment, no link, no action but Textual's own, and what was copied."""
    strips = opened.app.screen._compositor.render_strips()
    for segment in itertools.chain.from_iterable(strips):
        no_raw(segment.text)
        assert "\n" not in segment.text, place
        assert not segment.control, place
        assert segment.style is None or (not segment.style.link and "@click" not in segment.style.meta), place
    no_raw(opened.app.clipboard)
    for notification in opened.app._notifications:
        no_raw(notification.message + notification.title)


def test_no_screen_is_steered_by_any_field(nasty: Nasty) -> None:
    seen: list[str] = []

    def look_and_keep(opened: Opened, place: str) -> None:
        look(opened, place)
        seen.append(opened.text)

    tour(nasty.repository.path, (nasty.name, PLAIN), look_and_keep, moves=("j", "enter"))
    shown = "".join(seen)
    assert MARK in shown
    assert "[/red]" in shown  # as text


@pytest.mark.parametrize("text", [*LINES, *TERMINAL, "\nBranchlab-Run: x", "x\rMetric-a: 9", "x\n\nMetric-loss: 1\n"])
def test_trailers_of_a_commit_cannot_be_forged(text: str, repository: ScratchRepository) -> None:
    note = as_file_text(text)
    record = example(run=run_example(note=note), metrics={"accuracy": 0.5, note: 1})
    message = commit_message(record, f"exp/model/{as_branch(text)}", {note: "maximize"})
    found = repository.git("interpret-trailers", "--parse", stdin=message).splitlines()
    assert [line for line in found if line.startswith("Branchlab-Run")] == [f"Branchlab-Run: {record.run.id}"]
    assert [line for line in found if line.startswith("Metric-accuracy:")] == ["Metric-accuracy: 0.5"]
    assert len(found) in (2, 3)  # a name without a letter has no trailer
    no_raw(message)


@pytest.mark.parametrize("text", ALL)
def test_a_slug_is_made_of_plain_letters(text: str) -> None:
    assert set(slugify(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


@pytest.mark.prove
@pytest.mark.parametrize("text", VARIANTS.values(), ids=list(VARIANTS))
def test_no_output_is_steered_by_texts_of_one_kind(text: str, tmp_path: Path) -> None:
    check_all(make_nasty(tmp_path / "project", text), tmp_path / "reports")


@pytest.mark.prove
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORDS)
def test_no_output_is_steered_by_a_text_that_nobody_thought_of(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp(f"drawn-{next(COUNT)}")
    check_all(make_nasty(folder / "project", text), folder / "reports")


@pytest.mark.prove
@pytest.mark.parametrize("kind", ["everything"])
def test_no_key_shows_anything_raw(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    made = make_nasty(tmp_path / "project", VARIANTS.get(kind, EVERYTHING))
    tour(made.repository.path, (made.name, PLAIN, RUN), look, every=True)
