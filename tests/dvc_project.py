"""A small project with a real `.dvc`, and DVC itself to judge what branchlab did in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from branchlab.data.pointer import Output, dump_pointer, pointer_path
from branchlab.data.store import Store, add, find_store, object_path


class Project(NamedTuple):
    """A folder with `.dvc`; `top` is the git repository's when that is another."""

    path: Path
    top: Path | None = None

    @property
    def store(self) -> Store:
        store = find_store(str(self.path), str(self.top or self.path))
        assert store is not None
        return store

    def write(self, path: str, content: bytes | str = "content", *, executable: bool = False) -> Path:
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(os.fsencode(content))
        target.chmod(0o755 if executable else 0o644)
        return target

    def track(self, path: str, content: bytes | str | None = None) -> Output:
        """Adds a path to the cache with branchlab and writes its pointer."""
        if content is not None:
            self.write(path, content)
        output = add(self.store, str(self.path), path)
        (self.path / output.pointer).write_bytes(dump_pointer(output))
        return output

    def object(self, md5: str) -> Path:
        return Path(object_path(self.store, md5))

    def objects(self) -> dict[str, bytes]:
        """All objects of the cache by their place in it."""
        cache = Path(self.store.cache) / "files" / "md5"
        return {str(path.relative_to(cache)): path.read_bytes() for path in cache.rglob("*") if path.is_file()}

    def dvc(self, *arguments: str) -> str:
        """Runs the real DVC as a program and returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "dvc", *arguments], cwd=self.path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def make_project(path: Path, *, remote: str = "", below: str = "") -> Project:
    """Makes what `dvc init` makes, without its second of start-up, in a new repository or in the folder `below` it."""
    path.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "--quiet"], cwd=path, check=True)
    top, path = path, path / below
    path.mkdir(parents=True, exist_ok=True)
    (path / ".dvc").mkdir()
    (path / ".dvc" / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
    config = f"[core]\n    remote = storage\n['remote \"storage\"']\n    url = {remote}\n" if remote else ""
    (path / ".dvc" / "config").write_text(config)
    return Project(path, top)


def open_dvc(project: Project) -> Any:
    """Opens DVC in this process: one start-up for many questions."""
    from dvc.repo import Repo  # noqa: TID251 - the judge

    return Repo(str(project.path))


_NAMES = st.text(
    st.one_of(
        st.sampled_from("abcXYZ019 _-.'\"#:,{}[]&*!|>%@`~?\\=+é日"),
        st.characters(exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"], exclude_characters="/"),
    ),
    min_size=1,
    max_size=30,
).filter(lambda name: name not in (".", "..") and len(name.encode()) <= 80 and not _is_special(name))


def _is_special(name: str) -> bool:
    return name.lower().strip(" .") in {"git", "dvc", "hg", "dvcignore", "git~1"} or name.endswith((".dvc", " "))


def names() -> st.SearchStrategy[str]:
    """File names as people and their enemies write them."""
    return _NAMES


class Planned(NamedTuple):
    """A file to write."""

    path: str
    content: bytes
    executable: bool


def folders() -> st.SearchStrategy[list[Planned]]:
    """Files below one folder, nested, some empty, some executable, none in the way of another."""
    path = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)
    content = st.one_of(st.just(b""), st.just(b"a\r\nb\n"), st.binary(max_size=40))
    files = st.lists(st.builds(Planned, path, content, st.booleans()), min_size=1, max_size=6)
    return files.map(_without_conflicts)


def _without_conflicts(files: list[Planned]) -> list[Planned]:
    kept: list[Planned] = []
    for file in files:
        if not any(f"{a.path}/".startswith(f"{b.path}/") for k in kept for a, b in ((file, k), (k, file))):
            kept.append(file)
    return kept


def pointer_of(project: Project, path: str) -> bytes:
    return (project.path / pointer_path(path)).read_bytes()
