"""What the documentation tells people to type works, in the order in which it stands there."""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

import pytest

from branchlab.cli.main import COMMANDS, load_command

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```sh( fails)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LONG_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def _script(page: Path) -> str:
    """Joins the blocks; `set -e` ends it at the first command that fails and is not said to."""
    blocks = BLOCK.findall(page.read_text())
    bodies = [f"if {body.strip()}; then exit 99; fi" if fails else body for fails, body in blocks]
    return "\n".join(["set -euo pipefail", *bodies])


def _commands(page: Path) -> list[str]:
    """Returns each call of branchlab in the blocks and between backticks, up to the end of its own arguments."""
    text = page.read_text()
    inline = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    code = [body for _, body in BLOCK.findall(text)] + re.findall(r"`(branchlab [^`\n]+)`", inline)
    return [found for part in code for found in re.findall(r"\bbranchlab ([a-z]+\b[^|&;\n#]*)", part)]


def test_each_command_of_the_tutorial_works(tmp_path: Path) -> None:
    _run(ROOT / "docs/tutorial.md", tmp_path)
    assert (tmp_path / "colleague/data/houses.csv").read_text().count("\n") == 201


def test_each_command_for_a_project_that_is_there_works(tmp_path: Path) -> None:
    said = _run(ROOT / "docs/existing.md", tmp_path)
    assert "{lr}" in (tmp_path / "fit/branchlab.toml").read_text()
    assert re.search(r"exp/model/slow .* 0\.001 ", said)
    assert "trial" in said


def _run(page: Path, folder: Path) -> str:
    """Runs the blocks of a page, which have to succeed, and returns what they printed."""
    done = subprocess.run(
        ["bash", "-x", "-c", _script(page)], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_and_option_that_a_page_names_exists(page: Path) -> None:
    for call in _commands(page):
        name, _, rest = call.partition(" ")
        assert name in COMMANDS, call
        own = rest.split(" -- ")[0]
        assert set(LONG_OPTION.findall(own)) <= _options(name, own), call


def _options(name: str, own: str) -> set[str]:
    """Returns the long options of a command, or of the subcommand that is named first."""
    parser = argparse.ArgumentParser()  # not our own, which declares a subcommand when it is asked for
    load_command(name).add_arguments(parser)
    actions = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for action in actions:
        parser = action.choices.get(own.partition(" ")[0], parser)
    return set(LONG_OPTION.findall(parser.format_help()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_file_that_a_page_links_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
