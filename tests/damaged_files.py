"""A project with everything branchlab keeps in files, and the ways in which a disk or a person damages one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from branchlab.data.pointer import dump_pointer
from branchlab.data.store import add, find_store
from branchlab.workspace import open_workspace
from branchlab_tui.model.session import Session, save_session
from command_line import TRAIN
from in_process import call
from scratch_repository import ScratchRepository
from sweep_trials import put_trial

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

SETTINGS = """\
[project]
command = "python train.py"
artifacts = ["model.bin"]

[metrics.accuracy]
goal = "maximize"
strategy = "optimize"

[views.best]
query = "accuracy>0.1"
"""
SWEEP = "[sweep]\nname = 'wide'\n[space]\nlr = { low = 0.0, high = 1.0 }\n[budget]\ntrials = 5\n"
WIDE, DEEP, HAND = "exp/model/wide", "exp/model/deep", "exp/model/by-hand"


class Scene(NamedTuple):
    """The project, and the folder of its run that no branch holds."""

    repository: ScratchRepository
    run: Path

    @property
    def state(self) -> Path:
        """Where branchlab keeps what is never committed."""
        return self.repository.path / ".git" / "branchlab"

    @property
    def cache(self) -> Path:
        """The objects of DVC."""
        return self.repository.path / ".dvc" / "cache" / "files" / "md5"


def build(path: Path) -> Scene:
    """Makes the project: two recorded runs with data and a model, three trials, and a run by hand."""
    repository = ScratchRepository(path)
    path.mkdir(parents=True)
    repository.git("init", "--quiet")
    repository.write(".dvc/config", "")
    repository.write(".dvc/.gitignore", "/config.local\n/tmp\n/cache\n")
    repository.write("data/one.csv", "a,b\n1,2\n")
    repository.write("data/two/three.csv", "a,b\n3,4\n")
    store = find_store(str(path), str(path))
    assert store is not None
    repository.write("data.dvc", dump_pointer(add(store, str(path), "data")))
    repository.commit(
        "project",
        **{
            "branchlab.toml": SETTINGS,
            "train.py": TRAIN,
            "sweep.toml": SWEEP,
            "params.toml": "# the rate\nlr = 0.5  # keep me\ndepth = 3\n",
            ".gitignore": "/model.bin\n/data\n",
        },
    )
    for name, rate in ((WIDE, "0.25"), (DEEP, "0.125")):
        said = call(path, "run", "-n", name, "-S", f"lr={rate}")
        assert said.code == 0, said.err
    for number, value in enumerate((0.5, 0.25, 0.125)):
        put_trial(repository, number, value)
    repository.git("switch", "--quiet", "--create", HAND)
    subprocess.run([sys.executable, "train.py"], cwd=path, check=True, timeout=60, capture_output=True)
    repository.git("switch", "--quiet", "main")
    (path / "model.bin").unlink()
    for command in (("ls", "--json"), ("check", "--json"), ("doctor",)):
        call(path, *command)
    save_session(open_workspace(str(path)), Session(history=("sort accuracy",)))
    return scene_at(path)


def scene_at(path: Path) -> Scene:
    """Returns the scene that lies in a folder."""
    (run,) = (path / ".git" / "branchlab" / "runs").iterdir()
    return Scene(ScratchRepository(path), run)


def copied(scene: Scene, target: Path) -> Scene:
    """Copies a project that nobody works in."""
    shutil.copytree(scene.repository.path, target, symlinks=True)
    copy = scene_at(target)
    copy.repository.git("status", "--porcelain")
    return copy


def damaged(content: bytes, random: Random, other: bytes = b"") -> tuple[str, bytes]:
    """Returns how a file was damaged, so that a person can repeat it, and what it holds then; never the same bytes."""
    ways = (_flipped_bit, _other_byte, _cut, _doubled, _zero_tail, _without_block, _noise)
    for _ in range(20):
        how, changed = random.choice(ways)(content, random)
        if other and random.random() < 0.1:
            how, changed = "another file in its place", other
        if changed != content:
            return how, changed
    return "emptied", b"" if content else b"\0"


def _flipped_bit(content: bytes, random: Random) -> tuple[str, bytes]:
    place, bit = random.randrange(len(content) or 1), random.randrange(8)
    return f"bit {bit} of byte {place} flipped", _with(
        content, place, bytes([content[place] ^ 1 << bit]) if content else b""
    )


def _other_byte(content: bytes, random: Random) -> tuple[str, bytes]:
    place, byte = random.randrange(len(content) or 1), random.randrange(256)
    return f"byte {place} is {byte}", _with(content, place, bytes([byte]))


def _cut(content: bytes, random: Random) -> tuple[str, bytes]:
    place = random.randrange(len(content) or 1)
    return f"cut at {place}", content[:place]


def _doubled(content: bytes, random: Random) -> tuple[str, bytes]:
    start, end = _block(content, random)
    return f"{start} to {end} twice", content[:end] + content[start:]


def _zero_tail(content: bytes, random: Random) -> tuple[str, bytes]:
    place = random.randrange(len(content) or 1)
    return f"zeros from {place}", content[:place] + bytes(len(content) - place)


def _without_block(content: bytes, random: Random) -> tuple[str, bytes]:
    start, end = _block(content, random)
    return f"{start} to {end} left out", content[:start] + content[end:]


def _noise(content: bytes, random: Random) -> tuple[str, bytes]:
    start, end = _block(content, random)
    return f"noise from {start} to {end}", content[:start] + random.randbytes(end - start) + content[end:]


def _with(content: bytes, place: int, byte: bytes) -> bytes:
    return content[:place] + byte + content[place + 1 :]


def _block(content: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(content) or 1)
    return start, min(len(content), start + random.choice((1, 4, 16, 64, 512)))


def files_below(folder: Path) -> list[str]:
    """Returns the plain files below a folder, sorted."""
    found = [os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names]
    return sorted(path for path in found if os.path.isfile(path) and not os.path.islink(path))
