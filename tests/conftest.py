"""Fixtures for every room: git as if freshly installed, a home nobody may write to, and real repositories."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import settings

from hooked_project import hooked
from scratch_repository import ScratchRepository
from small_project import dvc_project, dvc_template, project

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["dvc_project", "dvc_template", "hooked", "project"]  # fixtures that pytest finds here

GITCONFIG = """\
[user]
    name = Ada Example
    email = ada@example.org
[init]
    defaultBranch = main
[commit]
    gpgSign = false
[protocol "file"]
    allow = always
[gc]
    auto = 0
"""
# A script that starts the tests in the background lets them, and all that they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# A change is judged by its own faults, not by luck; `make prove` looks further, and elsewhere each time. No test has a
# deadline: a busy machine is no fault.
settings.register_profile("same", derandomize=True, max_examples=30, deadline=None)
settings.register_profile("wide", max_examples=300, deadline=None)
settings.load_profile("same")
# A file goes to one worker as a whole: what takes longest begins first, so that nobody waits for it alone at the end.
LONGEST = (
    "demo/",
    "hostile/test_fuzz",
    "house/test_tutorial.py",
    "tui/pictures/",
    "tui/terminal/",
    "packaging/",
    "automation/",
    "sweep/cluster/",
    "tui/sweep/",
    "watch/",
    "cli/test_sharing.py",
    "hostile/",
    "crash/",
    "sweep/",
)
KEPT_GIT_VARIABLES = ("GIT_EXEC_PATH", "GIT_SSL_CAINFO")


class MakeRepository(Protocol):
    """What the fixture `make_repository` is."""

    def __call__(self, name: str = "project", *, bare: bool = False, commit: bool = True) -> ScratchRepository:
        """Makes the repository; `commit=False` leaves its branch unborn."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first, in the order in which they are named."""
    root = Path(__file__).parent
    places = [str(root / name) for name in LONGEST]

    def place(item: pytest.Item) -> int:
        path = str(item.path)
        return next((number for number, long in enumerate(places) if path.startswith(long)), len(places))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Keeps thousands of tests and their modules out of each garbage collection that a test brings about."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a git configuration and nothing else, read-only where the user is not root."""
    folder = tmp_path_factory.mktemp("home")
    (folder / ".gitconfig").write_text(GITCONFIG)
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


@pytest.fixture(scope="session", autouse=True)
def isolated_environment(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hides the user's home, git configuration, terminal and editors from all tests and their children."""
    hidden = ("GIT_", "BRANCHLAB_", "DVC_", "XDG_", "PRE_COMMIT")
    with pytest.MonkeyPatch.context() as patch:
        for name in tuple(os.environ):
            if name.startswith(hidden) and name not in KEPT_GIT_VARIABLES:
                patch.delenv(name)
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "EDITOR", "VISUAL", "PAGER", "EMAIL"):
            patch.delenv(name, raising=False)
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("HOME", str(home))
        patch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("GIT_TERMINAL_PROMPT", "0")
        patch.setenv("DVC_NO_ANALYTICS", "1")
        patch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path_factory.mktemp("dvc-site-cache")))
        yield


@pytest.fixture(autouse=True)
def _nobody_writes_to_the_home(home: Path) -> Iterator[None]:
    """Fails the test that left anything in the home; root is not stopped by the folder's mode."""
    yield
    left = sorted({entry.name for entry in home.iterdir()} - {".gitconfig"})
    assert not left, f"the test wrote to the home folder: {left}"


@pytest.fixture
def make_repository(tmp_path: Path) -> MakeRepository:
    """Makes repositories below the test's temporary folder, each with one empty commit on `main`."""

    def make(name: str = "project", *, bare: bool = False, commit: bool = True) -> ScratchRepository:
        repository = ScratchRepository(tmp_path / name)
        repository.path.mkdir(parents=True)
        repository.git("init", "--quiet", *(["--bare"] if bare else []))
        if commit and not bare:
            repository.git("commit", "--quiet", "--allow-empty", "--message", "start")
        return repository

    return make


@pytest.fixture
def repository(make_repository: MakeRepository) -> ScratchRepository:
    """A repository with one empty commit on `main`."""
    return make_repository()
