"""Every kind of repository that git can make, each with the same small project, its experiments and a remote.

A kind is made from the template by what a person would type: a clone with these options, a setting, a file that lies
about. `place` is where they stand when they call branchlab.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from branchlab.tracking.capture import is_capturing
from in_process import call
from scratch_repository import ScratchRepository
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SETTINGS = """\
[project]
command = "sh train.sh"
artifacts = ["model.bin"]
collect = ["results.json"]

[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
"""
TRAIN = """\
rate=$(sed -n 's/^lr = //p' params.toml)
echo "model $rate" > model.bin
echo "{\\"accuracy\\": 0.9}" > results.json
"""
FILES = {
    "branchlab.toml": SETTINGS,
    "train.sh": TRAIN,
    "params.toml": "# the rate\nlr = 0.5  # keep me\n",
    ".gitattributes": "*.sh text eol=lf\n",
    ".gitignore": "/model.bin\n/results.json\n",
    "src/deep/module.py": "VALUE = 1\n",
    "docs/page.md": "words\n",
}
FIRST, SECOND = "exp/model/first", "exp/model/second"


class Template(NamedTuple):
    """What kinds are made of: a project with two experiments, its bare remote with both, the folder of its data."""

    project: ScratchRepository
    remote: ScratchRepository
    data: Path


class Place(NamedTuple):
    """A repository of one kind.

    Attributes:
        repository: its working tree, or itself where it is bare.
        folder: where the user stands.
        environment: variables that they have set.
        top: the folder below which everything of this kind lies.
    """

    repository: ScratchRepository
    folder: Path
    top: Path
    environment: Mapping[str, str] = {}


class Kind(NamedTuple):
    """One kind of repository.

    Attributes:
        make: makes one below an empty folder.
        refusals: a part of the line that says what is not supported, by the name of the step; `*` for all others.
        whole: no, where git itself finds fault with it.
        usable: no, where git lets nobody commit on a branch as it stands.
        steps: names of the steps that make sense; all when empty.
    """

    make: Callable[[Template, Path], Place]
    refusals: Mapping[str, str] = {}
    whole: bool = True
    usable: bool = True
    steps: tuple[str, ...] = ()


def make_template(folder: Path) -> Template:
    """Makes the project by branchlab itself, and a remote that has it all."""
    data = folder / "data"
    data.mkdir(parents=True)
    remote = ScratchRepository(folder / "remote.git")
    project = ScratchRepository(folder / "project")
    project.path.mkdir()
    project.git("init", "--quiet")
    furnish(project, data)
    subprocess.run(["git", "clone", "--quiet", "--bare", str(project.path), str(remote.path)], check=True)
    remote.git("config", "uploadpack.allowFilter", "true")
    remote.git("config", "uploadpack.allowAnySHA1InWant", "true")
    project.git("remote", "add", "origin", f"file://{remote.path}")
    project.git("fetch", "--quiet", "origin")
    return Template(project, remote, data)


def furnish(project: ScratchRepository, data: Path, *init: str) -> None:
    """Fills an empty repository with the project and two experiments, as its user does."""
    project.commit("project", **FILES)
    does(project.path, "init", "--no-hooks", *init)
    if not init:
        with (project.path / ".dvc/config").open("a") as file:
            file.write(f"[core]\n    remote = store\n['remote \"store\"']\n    url = {data}\n")
    project.commit("set up")
    project.git("tag", "--annotate", "--message", "one", "v1")
    does(project.path, "run", "-q", "-n", "first")
    does(project.path, "run", "-q", "-n", "second", "-S", "lr=0.25")


def does(folder: Path, *arguments: str) -> str:
    """Runs a command that has to succeed."""
    said = call(folder, *arguments)
    assert said.code == 0, (arguments, said.err)
    return said.out


def copied(template: Template, top: Path, name: str = "project") -> ScratchRepository:
    """Copies the project, as it stands and without a clone."""
    shutil.copytree(template.project.path, top / name, symlinks=True)
    copy = ScratchRepository(top / name)
    copy.git("status", "--porcelain")
    _own_remote(template, copy, top)
    return copy


def cloned(template: Template, top: Path, *options: str, name: str = "project") -> ScratchRepository:
    """Clones a copy of the remote, which has the experiments as branches; the first one is made a branch here."""
    shutil.copytree(template.remote.path, top / "remote.git", symlinks=True)
    run(top, "clone", "--quiet", *options, f"file://{top / 'remote.git'}", name)
    return ScratchRepository(top / name)


def run(folder: Path, *arguments: str, stdin: str = "") -> None:
    """Runs git; fails the test when git fails."""
    ScratchRepository(folder).git(*arguments, stdin=stdin)


def here(repository: ScratchRepository, top: Path, **environment: str) -> Place:
    """Stands at the top of a repository."""
    return Place(repository, repository.path, top, environment)


def _own_remote(template: Template, copy: ScratchRepository, top: Path) -> None:
    if not (top / "remote.git").exists():
        shutil.copytree(template.remote.path, top / "remote.git", symlinks=True)
    copy.git("remote", "set-url", "origin", f"file://{top / 'remote.git'}")


def plain(template: Template, top: Path) -> Place:
    """What everybody has."""
    return here(copied(template, top), top)


def configured(*settings: str) -> Callable[[Template, Path], Place]:
    """Makes a copy with settings, each `key=value`."""

    def make(template: Template, top: Path) -> Place:
        project = copied(template, top)
        for setting in settings:
            key, _, value = setting.partition("=")
            project.git("config", key, value)
        return here(project, top)

    return make


def clone_of(*options: str) -> Callable[[Template, Path], Place]:
    """Makes a clone with these options that has the two experiments as local branches where it can."""

    def make(template: Template, top: Path) -> Place:
        project = cloned(template, top, *options)
        for name in (FIRST, SECOND):
            project.git("fetch", "--quiet", *_depth(options), "origin", f"{name}:refs/heads/{name}")
        shutil.copytree(template.project.path / ".dvc/cache", project.path / ".dvc/cache")
        return here(project, top)

    return make


def _depth(options: tuple[str, ...]) -> list[str]:
    return [option for option in options if option.startswith(("--depth", "--filter"))]


def scripted(*commands: str) -> Callable[[Template, Path], Place]:
    """Makes a copy in which somebody typed shell lines."""

    def make(template: Template, top: Path) -> Place:
        project = copied(template, top)
        shell(project.path, *commands)
        return here(project, top)

    return make


def shell(folder: Path, *commands: str) -> None:
    """Runs shell lines until one fails, which fails the test."""
    script = "\n".join(("set -e", *commands))
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def bare(template: Template, top: Path) -> Place:
    """A server's side, or `git clone --bare`."""
    shutil.copytree(template.remote.path, top / "project.git")
    return here(ScratchRepository(top / "project.git"), top)


def mirror(template: Template, top: Path) -> Place:
    """`git clone --mirror`."""
    shutil.copytree(template.remote.path, top / "remote.git")
    run(top, "clone", "--quiet", "--mirror", f"file://{top / 'remote.git'}", "mirror.git")
    return here(ScratchRepository(top / "mirror.git"), top)


def submodule(template: Template, top: Path) -> Place:
    """The project as a submodule of another one."""
    outer = ScratchRepository(top / "outer")
    outer.path.mkdir()
    outer.git("init", "--quiet")
    shutil.copytree(template.remote.path, top / "remote.git")
    outer.git("submodule", "--quiet", "add", f"file://{top / 'remote.git'}", "inner")
    outer.commit("with inner")
    inner = ScratchRepository(outer.path / "inner")
    for name in (FIRST, SECOND):
        inner.git("branch", "--quiet", name, f"origin/{name}")
    shutil.copytree(template.project.path / ".dvc/cache", inner.path / ".dvc/cache")
    return here(inner, top)


def with_submodule(template: Template, top: Path) -> Place:
    """A project that has another repository as a submodule."""
    library = ScratchRepository(top / "library")
    library.path.mkdir()
    library.git("init", "--quiet")
    library.commit("library", code="x\n")
    project = copied(template, top)
    project.git("submodule", "--quiet", "add", f"file://{library.path}", "vendor/library")
    project.commit("with a library")
    return here(project, top)


def fresh(*options: str, init: tuple[str, ...] = ("--no-dvc",)) -> Callable[[Template, Path], Place]:
    """Makes a repository by `git init` with options, and furnishes it anew: its objects cannot be copied."""

    def make(_template: Template, top: Path) -> Place:
        project = ScratchRepository(top / "project")
        project.path.mkdir()
        done = subprocess.run(["git", "init", "--quiet", *options], cwd=project.path, capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"this git has no {' '.join(options)}")
        (top / "data").mkdir()
        furnish(project, top / "data", *init)
        run(top, "clone", "--quiet", "--bare", "project", "remote.git")
        project.git("remote", "add", "origin", f"file://{top / 'remote.git'}")
        return here(project, top)

    return make


def unborn(_template: Template, top: Path) -> Place:
    """`git init`, the files of a project, and no commit yet."""
    project = ScratchRepository(top / "project")
    project.path.mkdir()
    project.git("init", "--quiet")
    for path, content in FILES.items():
        project.write(path, content)
    project.git("add", "--all")
    return here(project, top)


def unborn_orphan(template: Template, top: Path) -> Place:
    """A branch without a commit beside others that have some (`git switch --orphan`)."""
    project = copied(template, top)
    project.git("switch", "--quiet", "--orphan", "blank")
    for path, content in FILES.items():
        project.write(path, content)
    return here(project, top)


def alternates(template: Template, top: Path) -> Place:
    """`git clone --reference`: objects of another repository."""
    shutil.copytree(template.project.path, top / "lender", symlinks=True)
    return clone_of("--reference", str(top / "lender"))(template, top)


def named(name: str) -> Callable[[Template, Path], Place]:
    """Makes a copy below a folder of this name."""

    def make(template: Template, top: Path) -> Place:
        (top / name).mkdir(parents=True)
        return here(copied(template, top, f"{name}/project"), top)

    return make


def below(template: Template, top: Path) -> Place:
    """The user stands in a folder of the project."""
    project = copied(template, top)
    return Place(project, project.path / "src/deep", top)


def subproject(_template: Template, top: Path) -> Place:
    """The project is a folder of the repository."""
    return _projects(top, "nested/project")


def several(_template: Template, top: Path) -> Place:
    """Two projects in one repository."""
    return _projects(top, "nested/project", "other")


def _projects(top: Path, *folders: str) -> Place:
    repository = ScratchRepository(top / "repository")
    repository.path.mkdir()
    repository.git("init", "--quiet")
    for folder in reversed(folders):
        repository.commit(folder, **{f"{folder}/{path}": text for path, text in FILES.items()})
        does(repository.path / folder, "init", "--here", "--no-hooks")
    for folder in folders:
        with (repository.path / folder / ".dvc/config").open("a") as file:
            file.write(f"[core]\n    remote = store\n['remote \"store\"']\n    url = {top / 'data'}\n")
    repository.commit("set up")
    (top / "data").mkdir()
    place = repository.path / folders[0]
    does(place, "run", "-q", "-n", "first")
    does(place, "run", "-q", "-n", "second", "-S", "lr=0.25")
    for number, folder in enumerate(folders[1:]):
        does(repository.path / folder, "run", "-q", "-n", f"foreign-{number}")
    run(top, "clone", "--quiet", "--bare", "repository", "remote.git")
    repository.git("remote", "add", "origin", f"file://{top / 'remote.git'}")
    return Place(repository, place, top)


def trained(place: Place) -> None:
    """Lets somebody train by hand, outside branchlab's watch; the run folder waits to be recorded."""
    script = "import branchlab\nwith branchlab.start_run() as run:\n    run.log(accuracy=0.8)\n"
    environment = {**os.environ, **place.environment}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=place.folder, env=environment, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    wait_until(lambda: not any(is_capturing(str(path)) for path in place.top.glob("**/branchlab/runs/*")))
