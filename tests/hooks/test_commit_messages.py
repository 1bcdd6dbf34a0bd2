from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from branchlab_hooks.prepare_commit_msg import without_trailers
from command_line import TRAIN

if TYPE_CHECKING:
    from pathlib import Path

    from hooked_project import HookedProject


def _editor(folder: Path, script: str) -> str:
    """Returns an editor that does to the file what a Python script says; `path` and `text` are there."""
    file = folder / "editor.py"
    file.write_text(
        f"import sys\npath = sys.argv[1]\ntext = open(path).read()\n{script}\nopen(path, 'w').write(text)\n"
    )
    return f"{sys.executable} {file}"


def _message(hooked: HookedProject) -> str:
    return hooked.git("log", "-1", "--format=%B").strip()


def test_a_message_that_is_written_in_the_editor_gets_its_trailers_afterwards(
    hooked: HookedProject, tmp_path: Path
) -> None:
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    run = hooked.run_id()
    shows = f"open({str(tmp_path / 'shown')!r}, 'w').write(text)\ntext = 'wider net' + text"
    hooked.does("commit", "--all", "--verbose", GIT_EDITOR=_editor(tmp_path, shows))
    assert "Branchlab-Run" not in (tmp_path / "shown").read_text()
    lines = _message(hooked).split("\n")
    assert (lines[0], lines[1], lines[-1]) == ("wider net", "", f"Branchlab-Run: {run}")
    assert hooked.leftovers() == []


def test_a_message_that_is_there_shows_its_trailers_in_the_editor(hooked: HookedProject, tmp_path: Path) -> None:
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    shows = f"open({str(tmp_path / 'shown')!r}, 'w').write(text)"
    editor = _editor(tmp_path, shows)
    hooked.does("commit", "--all", "--verbose", "--edit", "--message", "wider\n\nnet", GIT_EDITOR=editor)
    shown = (tmp_path / "shown").read_text()
    assert shown.startswith("wider\n\nnet\n\nMetric-accuracy: 0.82")
    assert shown.index("Branchlab-Run") < shown.index(" >8 ")
    assert hooked.trailer() == hooked.record()["run"]["id"]


def test_a_template_that_was_filled_in_gets_its_trailers_afterwards(hooked: HookedProject, tmp_path: Path) -> None:
    template = hooked.write(".git/template", "type: subject\n\n# what and why\nRefs: #\n")
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    editor = _editor(tmp_path, "text = text.replace('type: subject', 'feat: wider')")
    hooked.does("commit", "--all", "--template", str(template), GIT_EDITOR=editor)
    assert _message(hooked).startswith("feat: wider\n\nRefs: #\nMetric-accuracy: ")
    assert hooked.trailer() == hooked.record()["run"]["id"]


@pytest.mark.parametrize(
    "message",
    [
        "one line",
        "subject\n\nbody\n---\nmore body",
        "subject\n\nSigned-off-by: A <a@example.org>",
        "subject\n\nMetric-accuracy: a remark of mine",
        "ünïcode “quoted” `$(touch x)` $HOME \\n %s",
        "subject\n\n" + "a long line " * 200,
    ],
)
def test_whatever_the_message_says_it_stays_and_gets_its_trailers(hooked: HookedProject, message: str) -> None:
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    run = hooked.run_id()
    hooked.does("commit", "--all", "--message", message)
    said = _message(hooked)
    assert hooked.trailer() == run
    assert said.startswith(message.partition("\nMetric-")[0].strip())
    assert not (hooked.path / "x").exists()


def test_other_comment_letters_and_separators_do_no_harm(hooked: HookedProject, tmp_path: Path) -> None:
    hooked.git("config", "core.commentChar", ";")
    hooked.git("config", "trailer.separators", "=")
    hooked.write("train.py", TRAIN + "# wider\n")
    hooked.train()
    hooked.does("commit", "--all", GIT_EDITOR=_editor(tmp_path, "text = '#1 wider net' + text"))
    assert _message(hooked).startswith("#1 wider net\n\nMetric-accuracy")


def test_of_a_squashed_message_only_the_parts_that_hold_are_kept() -> None:
    parts = b"one\n\nMetric-a: 1\nBranchlab-Run: x\n\ntwo\n\nSigned-off-by: A\nMetric-a: 2\nBranchlab-Run: y\n"
    assert without_trailers(parts, {"y"}) == parts.replace(b"Metric-a: 1\nBranchlab-Run: x", b"")
    assert without_trailers(parts, set()).endswith(b"two\n\nSigned-off-by: A\n")
    assert without_trailers(b"Metric-a: 1\n\nbody", set()) == b"Metric-a: 1\n\nbody"
