"""A repository of somebody else: reading it, and working in it, runs nothing that came with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from driven_app import drive, until
from foreign_repository import CHANGING, EVIL, READING, Wire, clone_foreign, make_foreign, make_wire
from in_process import call, no_raw, the_error
from opened_view import Opened
from screen_tour import tour

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Wire:
    """One wire for the whole module; a test that finds it tripped names the place."""
    return make_wire(tmp_path_factory.mktemp("wire") / "wire")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, wire: Wire) -> ScratchRepository:
    """Somebody else's repository."""
    return make_foreign(tmp_path_factory.mktemp("foreign") / "origin", wire)


@pytest.fixture
def foreign(origin: ScratchRepository, wire: Wire, tmp_path: Path) -> ScratchRepository:
    """A clone of it, with nothing tripped yet."""
    for place in wire.tripped():
        (wire.folder / place).unlink()
    return clone_foreign(origin, tmp_path / "clone", wire)


def surroundings(repository: ScratchRepository) -> list[str]:
    """Returns what lies beside a repository, whose name is left out."""
    return sorted(path.name for path in repository.path.parent.iterdir())


@pytest.mark.bare
def test_the_wire_is_tripped_by_what_would_run_a_place(foreign: ScratchRepository, wire: Wire) -> None:
    bare = foreign.path / "looks-bare"
    subprocess.run([sys.executable, "-m", "json"], cwd=foreign.path, capture_output=True, check=False)
    subprocess.run(["git", "status"], cwd=bare, capture_output=True, check=False)
    subprocess.run(["sh", "-c", "bin/dvc; .githooks/pre-commit"], cwd=foreign.path, capture_output=True, check=False)
    load = "import pickle, numpy, sys; numpy.load(sys.argv[1], allow_pickle=True); pickle.load(open(sys.argv[2], 'rb'))"
    models = ("metrics/plots/matrix.npy", "metrics/plots/curve.pkl")
    subprocess.run([sys.executable, "-P", "-c", load, *models], cwd=foreign.path, check=True)
    places = {"import-json", "fsmonitor", "dvc", "hook-pre-commit", *(name.replace("/", "-") for name in models)}
    assert places <= set(wire.tripped())


def test_reading_a_foreign_repository_runs_nothing_of_it(foreign: ScratchRepository, wire: Wire) -> None:
    beside = surroundings(foreign)
    for line in READING:
        said = call(foreign.path, *line)
        assert wire.tripped() == [], line
        no_raw(said.out + said.err)
        assert "Traceback" not in said.err
        assert "a fault of branchlab" not in said.err
    assert surroundings(foreign) == beside


def test_working_in_a_foreign_repository_runs_nothing_of_it(foreign: ScratchRepository, wire: Wire) -> None:
    beside = surroundings(foreign)
    for line in CHANGING:
        said = call(foreign.path, *line)
        assert wire.tripped() == [], line
        if said.code not in (0, 1):
            the_error(said)
    assert surroundings(foreign) == beside


def test_as_a_process_of_its_own_branchlab_imports_nothing_of_the_folder_it_stands_in(
    foreign: ScratchRepository, wire: Wire
) -> None:
    shutil.rmtree(foreign.path / ".dvc")  # so that `init` calls DVC
    program = Path(sys.executable).with_name("branchlab")
    for line in (("ls",), ("init",), ("sweep", "status")):
        done = subprocess.run([program, *line], cwd=foreign.path, capture_output=True, check=False, timeout=60)
        assert wire.tripped() == [], line
        assert b"Traceback" not in done.stderr
    assert (foreign.path / ".dvc" / "config").exists()


def test_a_sweep_in_the_background_imports_nothing_of_its_folder(foreign: ScratchRepository, wire: Wire) -> None:
    settings = (foreign.path / "branchlab.toml").read_text()
    foreign.write("branchlab.toml", settings.replace(wire.shell("command"), "true"))
    foreign.commit("a harmless command")
    said = call(foreign.path, "sweep", "run", "--detach")
    assert said.code == 0, said.err
    call(foreign.path, "sweep", "stop", "wide")
    assert wire.tripped() == []


def test_hooks_in_a_foreign_repository_run_nothing_of_it(foreign: ScratchRepository, wire: Wire) -> None:
    assert call(foreign.path, "hooks", "install").code == 0
    foreign.git("switch", "--quiet", EVIL)
    for place in wire.tripped():  # git looks for no hooks but those of .git/hooks
        pytest.fail(place)
    foreign.write("train.py", "print(1)\n")
    foreign.git("add", "train.py")
    subprocess.run(["git", "commit", "-q", "-m", "x"], cwd=foreign.path, capture_output=True, check=False)
    foreign.git("switch", "--quiet", "-c", "exp/model/other")
    subprocess.run(["git", "push", "-q", "origin", "HEAD"], cwd=foreign.path, capture_output=True, check=False)
    assert wire.tripped() == []


@pytest.mark.parametrize("line", [("ls",), ("pull",), ("run", "-q", "--", "true"), ("doctor",), ("init",), ("push",)])
def test_a_folder_that_looks_like_a_bare_repository_is_not_taken_for_one(
    foreign: ScratchRepository, wire: Wire, line: tuple[str, ...]
) -> None:
    said = call(foreign.path / "looks-bare", *line)
    assert (said.code, "is a bare repository" in the_error(said)) == (3, True)
    assert wire.tripped() == []


def test_credentials_of_a_remote_do_not_come_with_the_repository(foreign: ScratchRepository, wire: Wire) -> None:
    for command in ("push", "pull"):
        said = call(foreign.path, command, EVIL, "--data-remote", "evil")
        assert (said.code, "takes its configpath from the repository" in said.err) == (3, True), said.err
    foreign.write(".dvc/config.local", "['remote \"evil\"']\n    configpath = /nowhere/mine\n")
    said = call(foreign.path, "pull", EVIL, "--data-remote", "evil")
    assert "from the repository" not in said.err
    assert wire.tripped() == []


def test_the_terminal_ui_runs_nothing_of_a_foreign_repository(
    foreign: ScratchRepository, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "true")

    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        opened = Opened(pilot, app)
        app.view.query_one("ExperimentTable").move_to(EVIL)  # type: ignore[attr-defined]
        for key in ("enter", "6", "e", "1", "x"):
            await opened.press(key)
        await until(pilot, lambda: any("archived" in one.message for one in app._notifications))

    drive(foreign.path, steps)
    assert wire.tripped() == []


@pytest.mark.prove
def test_no_key_of_the_terminal_ui_runs_anything_of_a_foreign_repository(
    foreign: ScratchRepository, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "true")

    def look(_opened: Opened, place: str) -> None:
        assert wire.tripped() == [], place

    tour(foreign.path, (EVIL, "main"), look, every=True)
