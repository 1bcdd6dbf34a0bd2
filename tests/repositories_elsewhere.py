"""Kinds of repository whose git directory, working tree or index is not where one looks for it first."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from kinds_of_repository import Place, copied, here
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

    from kinds_of_repository import Template


def linked(template: Template, top: Path) -> Place:
    """A linked working tree beside the main one."""
    main = copied(template, top)
    main.git("worktree", "add", "--quiet", "-b", "side", str(top / "linked"))
    return Place(ScratchRepository(top / "linked"), top / "linked", top)


def linked_of_bare(template: Template, top: Path) -> Place:
    """A linked working tree of a bare repository, as some people keep all their branches."""
    shutil.copytree(template.remote.path, top / "hub.git")
    hub = ScratchRepository(top / "hub.git")
    hub.git("worktree", "add", "--quiet", str(top / "linked"), "main")
    shutil.copytree(template.remote.path, top / "remote.git")
    hub.git("remote", "add", "origin", f"file://{top / 'remote.git'}") if not hub.git("remote") else None
    hub.git("remote", "set-url", "origin", f"file://{top / 'remote.git'}")
    shutil.copytree(template.project.path / ".dvc/cache", top / "linked/.dvc/cache")
    return Place(ScratchRepository(top / "linked"), top / "linked", top)


def separate(template: Template, top: Path) -> Place:
    """`git init --separate-git-dir`."""
    project = copied(template, top)
    project.git("init", "--quiet", f"--separate-git-dir={top / 'elsewhere.git'}")
    return here(project, top)


def core_worktree(template: Template, top: Path) -> Place:
    """A git directory that names its working tree in `core.worktree`, from which git can be asked."""
    project = copied(template, top)
    (top / "tree").mkdir()
    for entry in os.listdir(project.path):
        if entry != ".git":
            shutil.move(project.path / entry, top / "tree" / entry)
    project.git("config", "core.worktree", str(top / "tree"))
    (top / "tree/.git").write_text(f"gitdir: {project.path / '.git'}\n")
    tree = ScratchRepository(top / "tree")
    tree.git("status", "--porcelain")
    return here(tree, top)


def outside_core_worktree(template: Template, top: Path) -> Place:
    """The same, seen from beside the git directory: git works on a tree in which the user does not stand."""
    place = core_worktree(template, top)
    (top / "tree/.git").unlink()
    return Place(ScratchRepository(top / "project"), top / "project", place.top)


def by_environment(template: Template, top: Path) -> Place:
    """GIT_DIR and GIT_WORK_TREE name the repository in which the user stands."""
    project = copied(template, top)
    return here(project, top, GIT_DIR=str(project.path / ".git"), GIT_WORK_TREE=str(project.path))


def only_environment(template: Template, top: Path) -> Place:
    """A tree without `.git`: only GIT_DIR and GIT_WORK_TREE tell where the repository is, as with dotfiles."""
    project = copied(template, top)
    (project.path / ".git").rename(top / "hidden.git")
    return here(project, top, GIT_DIR=str(top / "hidden.git"), GIT_WORK_TREE=str(project.path))


def private_index(template: Template, top: Path) -> Place:
    """GIT_INDEX_FILE leads to an index that is not the user's, as inside a hook or a script."""
    project = copied(template, top)
    return here(project, top, GIT_INDEX_FILE=str(top / "another-index"))
