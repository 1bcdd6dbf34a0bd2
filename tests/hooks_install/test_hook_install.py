"""Hook files come and go, and what was there before is back byte for byte."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchlab.errors import EnvironmentProblemError
from branchlab_hooks import script
from branchlab_hooks.install import BEFORE, PAUSED, Change, install_files, uninstall_files
from branchlab_hooks.places import Place
from branchlab_hooks.script import read_hook, recognise, render
from waiting import PATIENCE

EVENTS = ("pre-commit", "post-commit")
Files = dict[str, tuple[str, int, bytes]]


class There(NamedTuple):
    """What lies under a name before an install: bytes and a mode, or a link, or nothing."""

    content: bytes | None = None
    mode: int = 0o755
    link: str = ""


CONTENT = st.one_of(st.binary(max_size=60), st.sampled_from([b"#!/bin/sh\nexit 0\n", b"#!/usr/bin/env python3\n", b""]))
LINKS = st.sampled_from(["../nowhere", "post-commit.sample", "/bin/true", "target", "."])
MODES = st.sampled_from([0o755, 0o644, 0o700, 0o400, 0o555])
HOOK = st.one_of(
    st.just(There()),
    st.builds(There, CONTENT, MODES, st.just("")),
    st.builds(There, st.none(), st.just(0), LINKS),
)


def look(folder: Path) -> Files:
    """Returns kind, mode and content of every file of a folder."""
    return {path.name: _look(path) for path in sorted(folder.iterdir())}


def _look(path: Path) -> tuple[str, int, bytes]:
    if path.is_symlink():
        return "link", 0, os.fsencode(os.readlink(path))
    return "file", stat.S_IMODE(path.stat().st_mode), path.read_bytes()


def put(path: Path, there: There) -> None:
    if there.link:
        path.symlink_to(there.link)
    elif there.content is not None:
        path.write_bytes(there.content)
        path.chmod(there.mode)


@pytest.fixture
def folder(bodies: Path, tmp_path: Path) -> Path:
    assert bodies.is_dir()
    (tmp_path / "hooks").mkdir()
    return tmp_path / "hooks"


def place(folder: Path) -> Place:
    return Place(str(folder), "own")


def whats(changes: list[Change]) -> list[str]:
    return [change.what for change in changes]


@given(hooks=st.tuples(HOOK, HOOK), times=st.integers(1, 3), crash=st.booleans())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_uninstall_brings_back_every_byte_mode_and_link(
    bodies: Path, hooks: tuple[There, There], times: int, *, crash: bool
) -> None:
    assert bodies.is_dir()
    folder = Path(tempfile.mkdtemp())
    (folder / "post-commit.sample").write_bytes(b"a sample")
    for event, there in zip(EVENTS, hooks, strict=True):
        put(folder / event, there)
    before = look(folder)
    if crash and hooks[0] != There():  # an install that was killed between its two steps
        os.link(folder / EVENTS[0], folder / f"{EVENTS[0]}{BEFORE}", follow_symlinks=False)
    for _ in range(times):
        install_files(place(folder), EVENTS)
        for event in EVENTS:
            assert (folder / event).read_bytes() == render(event)
            assert os.access(folder / event, os.X_OK)
    for _ in range(times):
        uninstall_files(place(folder), EVENTS)
    assert look(folder) == before
    shutil.rmtree(folder)


def test_an_install_says_what_it_did_and_does_it_once(folder: Path) -> None:
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n")
    first = install_files(place(folder), EVENTS)
    assert whats(first) == ["installed", "installed"]
    assert [os.path.basename(change.beside) for change in first] == [f"pre-commit{BEFORE}", ""]
    there = look(folder)
    assert whats(install_files(place(folder), EVENTS)) == ["", ""]
    assert look(folder) == there
    assert whats(uninstall_files(place(folder), EVENTS)) == ["removed", "removed"]
    assert whats(uninstall_files(place(folder), EVENTS)) == ["", ""]


def test_a_hook_of_another_version_python_or_mode_is_renewed(
    folder: Path, bodies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_files(place(folder), EVENTS)
    (bodies / "pre-commit.sh").write_text("\n# a newer body\n")
    assert whats(install_files(place(folder), EVENTS)) == ["updated", ""]
    assert (folder / "pre-commit").read_bytes().endswith(b"# a newer body\n")
    (folder / "post-commit").chmod(0o644)
    assert whats(install_files(place(folder), EVENTS)) == ["", "updated"]
    assert os.access(folder / "post-commit", os.X_OK)
    monkeypatch.setattr("sys.executable", "/another/python")
    assert whats(install_files(place(folder), EVENTS)) == ["updated", "updated"]
    assert (found := recognise(read_hook(str(folder / "pre-commit"))))
    assert found.interpreter == "/another/python"
    uninstall_files(place(folder), EVENTS)
    assert look(folder) == {}


def test_a_hook_of_ours_that_somebody_changed_is_left_alone(folder: Path) -> None:
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n")
    install_files(place(folder), EVENTS)
    with (folder / "pre-commit").open("a") as file:
        file.write('git lfs pre-commit "$@"\n')
    there = look(folder)
    assert whats(install_files(place(folder), EVENTS)) == ["kept", ""]
    assert look(folder) == there
    assert whats(uninstall_files(place(folder), EVENTS)) == ["kept", "removed"]
    assert look(folder) == {name: there[name] for name in ("pre-commit", f"pre-commit{BEFORE}")}


def test_a_tool_that_replaced_ours_is_put_before_it_and_what_it_dropped_is_kept(folder: Path) -> None:
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n# first\n")
    install_files(place(folder), ["pre-commit"])
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n# second\n")
    assert whats(install_files(place(folder), ["pre-commit"])) == ["installed"]
    assert (folder / f"pre-commit{BEFORE}").read_bytes() == b"#!/bin/sh\n# second\n"
    uninstall_files(place(folder), ["pre-commit"])
    assert {name: content for name, (_, _, content) in look(folder).items()} == {
        "pre-commit": b"#!/bin/sh\n# second\n",
        f"pre-commit{BEFORE}.1": b"#!/bin/sh\n# first\n",
    }


def test_a_tool_that_writes_the_same_hook_again_leaves_nothing_behind(folder: Path) -> None:
    for _ in range(3):
        (folder / "pre-commit").unlink(missing_ok=True)
        (folder / "pre-commit").write_bytes(b"#!/bin/sh\n")
        install_files(place(folder), ["pre-commit"])
    assert sorted(look(folder)) == ["pre-commit", f"pre-commit{BEFORE}"]


def test_a_hook_that_took_the_place_of_ours_stays_and_the_one_of_before_is_named(folder: Path) -> None:
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n# first\n")
    install_files(place(folder), ["pre-commit"])
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n# second\n")
    there = look(folder)
    before = str(folder / f"pre-commit{BEFORE}")
    assert uninstall_files(place(folder), ["pre-commit"]) == [Change("pre-commit", "left", before)]
    assert look(folder) == there


def test_ours_deleted_by_hand_lets_the_one_of_before_come_back(folder: Path) -> None:
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n")
    before = look(folder)
    install_files(place(folder), ["pre-commit"])
    (folder / "pre-commit").unlink()
    assert whats(uninstall_files(place(folder), ["pre-commit"])) == ["removed"]
    assert look(folder).keys() == before.keys()


def test_ours_moved_by_a_tool_that_runs_it_is_renewed_there_and_leaves_from_there(folder: Path, bodies: Path) -> None:
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n# the first\n")
    install_files(place(folder), ["pre-commit"])
    (folder / "pre-commit").rename(folder / "pre-commit.legacy")
    (folder / "pre-commit").write_bytes(b"# File generated by pre-commit\n")
    assert whats(install_files(place(folder), ["pre-commit"])) == [""]
    (bodies / "pre-commit.sh").write_text("\n# a newer body\n")
    assert whats(install_files(place(folder), ["pre-commit"])) == ["updated"]
    uninstall_files(place(folder), ["pre-commit"])
    assert {name: content for name, (_, _, content) in look(folder).items()} == {
        "pre-commit": b"# File generated by pre-commit\n",
        "pre-commit.legacy": b"#!/bin/sh\n# the first\n",
    }


def test_ours_put_away_by_a_tool_that_does_not_run_it_is_installed_anew(folder: Path) -> None:
    install_files(place(folder), ["pre-commit"])
    (folder / "pre-commit").rename(folder / "pre-commit.old")
    (folder / "pre-commit").write_bytes(b"call_lefthook\n")
    assert whats(install_files(place(folder), ["pre-commit"])) == ["installed"]
    assert sorted(look(folder)) == ["pre-commit", f"pre-commit{BEFORE}"]


def test_an_install_that_was_killed_halfway_is_undone(folder: Path) -> None:
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n")
    before = look(folder)
    os.link(folder / "pre-commit", folder / f"pre-commit{BEFORE}")
    uninstall_files(place(folder), ["pre-commit"])
    assert look(folder) == before


def test_ours_put_away_by_a_tool_leaves_with_the_rest(folder: Path) -> None:
    install_files(place(folder), ["pre-commit"])
    (folder / "pre-commit").rename(folder / "pre-commit.old")
    (folder / "pre-commit").write_bytes(b"call_lefthook\n")
    uninstall_files(place(folder), ["pre-commit"])
    assert sorted(look(folder)) == ["pre-commit"]


def test_ours_that_stands_aside_while_git_fetches_is_installed_and_leaves(folder: Path) -> None:
    install_files(place(folder), ["reference-transaction"])
    (folder / "reference-transaction").rename(folder / f"reference-transaction{PAUSED}")
    assert whats(install_files(place(folder), ["reference-transaction"])) == [""]
    assert list(look(folder)) == [f"reference-transaction{PAUSED}"]
    assert whats(uninstall_files(place(folder), ["reference-transaction"])) == ["removed"]
    assert look(folder) == {}


def test_a_link_to_a_hook_of_ours_elsewhere_is_a_hook_of_somebody(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(render("pre-commit"))
    (folder / "pre-commit").symlink_to(tmp_path / "elsewhere")
    before = look(folder)
    assert whats(install_files(place(folder), ["pre-commit"])) == ["installed"]
    uninstall_files(place(folder), ["pre-commit"])
    assert look(folder) == before


def test_one_installer_at_a_time_works_in_a_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(install_files, place(folder), EVENTS)
        with pytest.raises(TimeoutError):
            other.result(timeout=0.2)
        assert look(folder) == {}
        os.close(descriptor)
        assert whats(other.result(timeout=PATIENCE)) == ["installed", "installed"]


def test_a_folder_in_the_place_of_a_hook_is_named(folder: Path) -> None:
    (folder / "pre-commit").mkdir()
    with pytest.raises(EnvironmentProblemError, match="pre-commit is a folder"):
        install_files(place(folder), EVENTS)


def test_a_file_system_without_hard_links_will_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "pre-commit").write_bytes(b"#!/bin/sh\n")
    before = look(folder)

    def refuse(*_names: str, follow_symlinks: bool) -> None:
        assert not follow_symlinks
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    install_files(place(folder), EVENTS)
    assert whats(install_files(place(folder), EVENTS)) == ["", ""]
    uninstall_files(place(folder), EVENTS)
    assert look(folder) == before


@pytest.mark.parametrize(
    "content",
    [b"", b"#!/bin/sh\n", b"#!/bin/sh\n# branchlab hook x: pre-commit\n", b"\x7fELF\0\0", render.__name__.encode()],
)
def test_files_of_others_are_not_taken_for_ours(content: bytes) -> None:
    assert recognise(content) is None


def test_a_hook_file_tells_when_it_was_changed(bodies: Path) -> None:
    assert bodies.is_dir()
    content = render("pre-commit", "/a/python")
    assert recognise(content) == script.Script("pre-commit", edited=False, interpreter="/a/python")
    changed = recognise(content.replace(b"/a/python", b"/b/python"))
    assert changed == script.Script("pre-commit", edited=True, interpreter="/b/python")
