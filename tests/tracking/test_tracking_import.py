from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distributions, version
from typing import TYPE_CHECKING

import pytest

import branchlab
from branchlab.tracking import location
from branchlab.tracking.environment import imported_packages, installed_packages
from training_script import common_dir

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

LOADED = """
import sys
before = set(sys.modules)
{code}
names = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(names - sys.stdlib_module_names))
print(*sorted(name for name in set(sys.modules) - before if name.startswith("branchlab.")))
print(*sorted(set(sys.modules) - before))
"""


def _loaded(code: str, folder: Path) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(code=code)], cwd=folder, capture_output=True, text=True, check=True
    )
    return [line.split() for line in done.stdout.split("\n")]


def test_importing_branchlab_loads_nothing_else(tmp_path: Path) -> None:
    foreign, ours, everything = _loaded("import branchlab", tmp_path)[:3]
    assert (foreign, ours) == (["branchlab"], [])
    assert len(everything) <= 2  # itself and __future__


def test_a_whole_run_loads_the_standard_library_and_tracking_only(repository: ScratchRepository) -> None:
    code = (
        "import branchlab\nwith branchlab.start_run({'a': 1}) as run: run.log(x=1); run.log_roc_curve([0, 1], [0, 1])"
    )
    foreign, ours, everything = _loaded(code, repository.path)[:3]
    assert foreign == ["branchlab"]
    assert all(name.startswith("branchlab.tracking") for name in ours if name != "branchlab.tuples")
    slow = {"dataclasses", "inspect", "logging", "subprocess", "pathlib", "importlib.metadata", "hashlib"}
    assert not slow & set(everything)


def test_a_run_by_hand_does_not_even_load_typing(repository: ScratchRepository) -> None:
    code = "import branchlab\nwith branchlab.start_run({'a': 1}) as run: run.log(x=1)"
    assert not {"typing", "hashlib"} & set(_loaded(code, repository.path)[2])


def test_a_run_of_branchlab_run_does_not_even_load_typing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANCHLAB_RUN_DIR", str(tmp_path))
    code = "import branchlab\nwith branchlab.start_run({'a': 1}, seed=1) as run: run.log(x=1); run.log_split('t', x=1)"
    everything = set(_loaded(code, tmp_path)[2])
    assert "branchlab.tracking.run" in everything
    assert not {"typing", "contextlib", "csv", "threading"} & everything


def test_the_version_is_the_one_of_the_package() -> None:
    assert branchlab.__version__ == version("branchlab")
    assert {"start_run", "experiments", "__version__"} <= set(dir(branchlab))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        branchlab.nothing  # noqa: B018


def test_installed_packages_are_those_of_the_metadata() -> None:
    ours = {name: number for name, (number, _) in installed_packages(sys.path).items()}
    theirs = {
        dist.metadata["Name"].lower().replace("_", "-").replace(".", "-"): dist.version for dist in distributions()
    }
    assert ours == theirs


def test_imported_packages_are_found_by_name_and_by_their_own_lists(tmp_path: Path) -> None:
    def package(name: str, number: str, module: str) -> None:
        info = tmp_path / f"{name}-{number}.dist-info"
        info.mkdir()
        (info / "RECORD").write_text(f"{module}/__init__.py,,\n")
        (tmp_path / module).mkdir(exist_ok=True)

    package("plain_name", "1.0", "plain_name")
    package("image_kit", "2.0", "IMG")
    package("unused", "3.0", "unused")
    found = installed_packages([str(tmp_path), str(tmp_path / "missing")])

    class Module:
        __path__ = ()
        __file__ = str(tmp_path / "IMG" / "__init__.py")

    modules = {"plain_name.sub": None, "plain_name": None, "IMG": Module, "json": None, "mine": None}
    assert imported_packages(found, modules) == {"image-kit": "2.0", "plain-name": "1.0"}


@pytest.mark.parametrize("content", ["", "gitdir: ", "nonsense", "gitdir: ../gone", "\udcff", "x" * 100_000])
def test_an_odd_git_file_is_no_crash(tmp_path: Path, content: str) -> None:
    (tmp_path / ".git").write_text(content, errors="surrogateescape")
    assert location.find_git(str(tmp_path)) is None or content.startswith("gitdir: ")


def test_a_submodule_has_runs_of_its_own(tmp_path: Path, repository: ScratchRepository) -> None:
    repository.commit(a="1")
    outer = tmp_path / "outer"
    outer.mkdir()
    for arguments in (["init", "-q"], ["submodule", "--quiet", "add", str(repository.path), "sub"]):
        subprocess.run(["git", *arguments], cwd=outer, check=True)
    assert common_dir(outer / "sub") == str((outer / ".git" / "modules" / "sub").resolve())


def test_a_detached_head_has_no_branch(repository: ScratchRepository) -> None:
    git_dir = str(repository.path / ".git")
    assert location.current_branch(git_dir) == "main"
    repository.git("switch", "-q", "--detach")
    assert location.current_branch(git_dir) == ""
