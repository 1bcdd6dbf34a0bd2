"""The commands that are struck, each with the repository it is struck in and what must be true of it afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, NamedTuple

from branchlab.catalog.index import INDEX_FILE
from branchlab.errors import ExitCode
from branchlab.tracking.capture import is_capturing
from in_process import call, rows_of
from oracle import Before, assert_sound, records_of, refs_of, remember
from scratch_repository import ScratchRepository
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command_line import Said
    from faulty_calls import Blow, Striker, Struck

ONE, TWO = "exp/model/one", "exp/model/two"
TRAIN = """\
import sys, tomllib
import branchlab

params = tomllib.load(open("params.toml", "rb"))
with branchlab.start_run(params=params, seed=7) as run:
    run.log(loss=params["lr"], accuracy=0.8)
    run.log(loss=params["lr"] / 2, accuracy=0.82)
    open("model.bin", "w").write(f"model {params['lr']}")
    run.log_artifact("model.bin")
print("trained", flush=True)
sys.exit("--fail" in sys.argv)
"""
TRAINED = '"k":"end","t"'  # in a journal: its training came to its end
ERROR = "branchlab: error: "
UNSAID = re.compile(r" and on: |journal\.jsonl|model\.bin")  # see faults: from this call on, or these files


class Scene(NamedTuple):
    """A command and where it is struck.

    Attributes:
        name: of the scene.
        command: argument list.
        set_up: makes the repository ready, from the small project with DVC and one experiment.
        after: looks whether what the command was to do is done, or can be done now.
        gone: refs that it may move.
        user: whether it must leave files, index and HEAD of the user alone.
        hooks: whether branchlab's git hooks are installed.
    """

    name: str
    command: tuple[str, ...]
    set_up: Callable[[ScratchRepository], None]
    after: Callable[[ScratchRepository, Struck], list[str]]
    gone: tuple[str, ...] = ()
    user: bool = True
    hooks: bool = False


class Stage(NamedTuple):
    """A scene that is set up: `template` is copied to `place` for each case, since worktrees know where they are."""

    scene: Scene
    template: Path
    place: Path

    def fresh(self) -> ScratchRepository:
        """Returns a repository in which nothing has happened yet."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.template, self.place, symlinks=True)
        return ScratchRepository(self.place / "project")


def set_stage(scene: Scene, base: Path, folder: Path) -> Stage:
    """Sets a scene up.

    Args:
        scene: what to set up.
        base: a project with DVC, as `dvc_project` has it.
        folder: where to.
    """
    place, template = folder / scene.name, folder / f"{scene.name}-template"
    shutil.copytree(base, place / "project", symlinks=True)
    repository = ScratchRepository(place / "project")
    if not scene.hooks:
        shutil.rmtree(repository.path / ".git" / "hooks")
    repository.commit("training", **{"train.py": TRAIN})
    trained(repository, "one", 0)
    scene.set_up(repository)
    place.rename(template)
    return Stage(scene, template, place)


def trained(repository: ScratchRepository, name: str, code: int, *arguments: str) -> None:
    """Lets branchlab run the training to its end."""
    said = call(repository.path, "run", "-q", "-n", name, "--", sys.executable, "train.py", *arguments)
    assert said.code == code, said.err


def look(stage: Stage, struck: Struck, repository: ScratchRepository, before: Before) -> None:
    """Holds everything that was promised against what a struck command left."""
    scene = stage.scene
    if struck.code == 0 and scene.command[0] == "branchlab":
        assert ERROR not in struck.err, struck.err
    age_locks(repository)
    found = scene.after(repository, struck)
    age_locks(repository)
    assert_sound(repository, before, acknowledged=found, gone=scene.gone, user=scene.user)
    assert_runs_once(repository)


def again(repository: ScratchRepository, *command: str) -> Said:
    """Does what a person does: the command, and where a stale lock is in its way, what the error line says first."""
    said = call(repository.path, *command)
    if said.code == ExitCode.BUSY:
        assert "branchlab doctor" in said.err, said.err
        mended = call(repository.path, "doctor", "--fix")
        assert mended.code == 0, mended.err
        said = call(repository.path, *command)
    return said


def age_locks(repository: ScratchRepository) -> None:
    """Lets the time pass after which a lock without an owner is called stale."""
    for folder, names, files in os.walk(repository.path / ".git"):
        for name in (*names, *files):
            if name.endswith(".lock") or name.startswith("snapshot-"):
                os.utime(os.path.join(folder, name), (1, 1))


def assert_runs_once(repository: ScratchRepository) -> None:
    """Makes sure that no run became two experiments."""
    records = records_of(repository)
    runs = [tomllib.loads(text)["run"]["id"] for text in records.values()]
    assert len(set(runs)) == len(runs), dict(zip(records, runs, strict=True))


def unrecorded(repository: ScratchRepository, text: str = "") -> list[Path]:
    """Returns the run folders whose journal has a text."""
    journals = (repository.path / ".git/branchlab/runs").glob("*/journal.jsonl")
    return [path.parent for path in journals if text in path.read_text()]


def assert_measured(repository: ScratchRepository, name: str, struck: Struck | None = None) -> None:
    """Makes sure that a record has what the training logged, and its model is there.

    What the training could not write, since just that was struck, is not asked for.
    """
    if struck and struck.struck.startswith("fail") and UNSAID.search(struck.struck):
        return
    record = tomllib.loads(repository.git("show", f"refs/heads/{name}:metrics.toml"))
    assert record["metrics"]["accuracy"] == 0.82, record["metrics"]
    assert "model.bin" in record["data"], record["data"]
    md5 = record["data"]["model.bin"]["md5"]
    assert (repository.path / ".dvc/cache/files/md5" / md5[:2] / md5[2:]).read_text().startswith("model ")


def after_run(repository: ScratchRepository, struck: Struck) -> list[str]:
    """An acknowledged run is whole, one that trained to its end is recorded now, and one that only began is found."""
    if f"recorded {TWO}" in struck.err:
        assert struck.code in (0, -9), struck
        return [TWO]
    was_recorded = f"refs/heads/{TWO}" in refs_of(repository)
    kept = unrecorded(repository)
    whole = unrecorded(repository, TRAINED)
    if kept and not was_recorded:
        assert any(
            status in {"unrecorded", "failed", "stopped", "finished"} for status in rows_of(repository.path).values()
        )
    said = again(repository, "record", "-n", "two")
    now = f"refs/heads/{TWO}" in refs_of(repository)
    if was_recorded or whole:
        assert now, (struck, said)
        assert_measured(repository, TWO, struck)
    elif kept and any((folder / "state.json").exists() for folder in kept):
        assert (said.code, now) == (0, True), (struck, said)
    return [TWO] if now else []


def after_record(repository: ScratchRepository, struck: Struck) -> list[str]:
    """The run is recorded once, now or then, with all that it logged."""
    if struck.code == 0 and not unrecorded(repository):
        assert f"refs/heads/{TWO}" in refs_of(repository), struck
    said = again(repository, "record", "-n", "two")
    assert f"refs/heads/{TWO}" in refs_of(repository), (struck, said)
    assert_measured(repository, TWO)
    return [TWO]


def after_commit(repository: ScratchRepository, struck: Struck) -> list[str]:
    """The user's files are there, their commit can be made, and it holds the record of the run."""
    assert (repository.path / "params.toml").read_text() == "lr = 0.25\n"
    said = call(repository.path, "doctor", "--fix")
    assert said.code == 0, said.err
    head = repository.git("rev-parse", "HEAD")
    if repository.git("log", "-1", "--format=%s") != "wider":
        done = subprocess.run(
            ["git", "commit", "--quiet", "--all", "--message", "wider"],
            cwd=repository.path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (struck, head, done.stdout, done.stderr)
    again(repository, "record")  # what a commit without its hook left
    assert repository.git("show", "HEAD:params.toml") == "lr = 0.25" or repository.git("show", "HEAD~:params.toml")
    assert_measured(repository, TWO)
    return [TWO]


def after_moving(repository: ScratchRepository, struck: Struck) -> list[str]:
    """What was to be moved is in one of its two places, or both; what was said is true."""
    moved = f"refs/archive/{ONE}" in refs_of(repository) or bool(repository.git("for-each-ref", "refs/branchlab/trash"))
    stands = f"refs/heads/{ONE}" in refs_of(repository)
    assert moved or stands
    if struck.code == 0 or "brings it back" in struck.err:
        assert moved
        assert not stands
    brought_back(repository)
    return [ONE]


def after_restore(repository: ScratchRepository, struck: Struck) -> list[str]:
    """The experiment is in one of its two places; restoring again brings it back."""
    if struck.code == 0:
        assert f"refs/heads/{ONE}" in refs_of(repository)
    brought_back(repository)
    return [ONE]


def brought_back(repository: ScratchRepository) -> None:
    """Restores the experiment where it is not a branch; the doctor may have seen to it already."""
    said = None
    if f"refs/heads/{ONE}" not in refs_of(repository):
        said = again(repository, "restore", "one")
    assert f"refs/heads/{ONE}" in refs_of(repository), said
    assert_measured(repository, ONE)


def after_removed_run(repository: ScratchRepository, struck: Struck) -> list[str]:
    """The folder of the run is here or in the trash, as a whole."""
    if not unrecorded(repository):
        (run,) = (repository.path / ".git/branchlab/trash").iterdir()
        said = again(repository, "restore", run.name)
        assert said.code == 0, (struck, said.err)
    return after_record(repository, struck)


def after_reading(repository: ScratchRepository, struck: Struck) -> list[str]:
    """Reading has no memory: the answer afterwards is that of a repository without a cache."""
    if struck.code == 0:
        assert ONE in struck.out
    seen = rows_of(repository.path)
    (repository.path / ".git/branchlab" / INDEX_FILE).unlink(missing_ok=True)
    assert rows_of(repository.path) == seen
    return [ONE]


def after_push(repository: ScratchRepository, struck: Struck) -> list[str]:
    """What the remote has is whole, data before branches, and pushing again brings the rest."""
    remote = ScratchRepository(repository.path.parent / "remote.git")
    own = refs_of(repository)[f"refs/heads/{ONE}"]
    there = remote.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{ONE}")
    assert there in ("", own)
    if there:
        assert_pushed_data(repository)
    if struck.code == 0:
        assert there
    for lock in remote.path.rglob("*.lock"):
        lock.unlink()  # of a git that was killed on the server, whose administrator has to see to it
    said = again(repository, "push", "one")
    assert said.code == 0, (struck, said.err)
    assert remote.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{ONE}") == own
    assert_pushed_data(repository)
    assert remote.git("fsck", "--full", "--strict", "--no-dangling", "--no-progress") == ""
    return [ONE]


def assert_pushed_data(repository: ScratchRepository) -> None:
    """Makes sure that the data remote has each object of the cache, byte for byte."""
    cache, data = repository.path / ".dvc/cache/files/md5", repository.path.parent / "data/files/md5"
    record = tomllib.loads(repository.git("show", f"refs/heads/{ONE}:metrics.toml"))
    md5 = record["data"]["model.bin"]["md5"]
    assert (data / md5[:2] / md5[2:]).read_bytes() == (cache / md5[:2] / md5[2:]).read_bytes()


def dirty(repository: ScratchRepository) -> None:
    """Leaves unsaved work: a changed file, a new one, a staged one, and a stash."""
    repository.write("train.py", TRAIN + "# stashed\n")
    repository.git("stash", "--quiet")
    repository.write("train.py", TRAIN + "# wider\n")
    repository.write("new.py", "new = 1\n")
    repository.write("staged.py", "staged = 1\n")
    repository.git("add", "staged.py")


def without_slot(repository: ScratchRepository) -> None:
    """Takes the worktree away that the first run left."""
    (repository.path / ".git/branchlab/worktrees/list.lock").unlink()
    repository.git("worktree", "remove", "--force", ".git/branchlab/worktrees/1")
    shutil.rmtree(repository.path / ".git/branchlab/worktrees")


def with_failed_run(repository: ScratchRepository) -> None:
    """Leaves a run that is not recorded."""
    trained(repository, "two", 1, "--fail")


def with_archived(repository: ScratchRepository) -> None:
    """Archives the experiment."""
    assert call(repository.path, "archive", "one").code == 0


def on_branch(repository: ScratchRepository) -> None:
    """Stands on an experiment's branch with a changed parameter and a training that was run by hand."""
    repository.git("switch", "--quiet", "--create", TWO)
    repository.write("params.toml", "lr = 0.25\n")
    done = subprocess.run([sys.executable, "train.py"], cwd=repository.path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    wait_until(lambda: not any(is_capturing(str(folder)) for folder in unrecorded(repository)))


def with_remotes(repository: ScratchRepository) -> None:
    """Adds a git remote and a data remote beside the project."""
    outside = repository.path.parent
    subprocess.run(["git", "init", "--quiet", "--bare", str(outside / "remote.git")], check=True)
    repository.git("remote", "add", "origin", "../remote.git")
    repository.git("push", "--quiet", "origin", "main")
    (outside / "data").mkdir()
    config = repository.path / ".dvc/config"
    config.write_text(f"[core]\n    remote = near\n['remote \"near\"']\n    url = {outside / 'data'}\n")
    repository.commit("remote")


def without_index(repository: ScratchRepository) -> None:
    """Makes the next reader fill the cache."""
    (repository.path / ".git/branchlab" / INDEX_FILE).unlink(missing_ok=True)


def with_untidy_index(repository: ScratchRepository) -> None:
    """Makes the next reader that adds a line rewrite the cache."""
    rows_of(repository.path)
    path = repository.path / ".git/branchlab" / INDEX_FILE
    path.write_bytes(path.read_bytes() + b"outdated line\n" * 3000)
    trained(repository, "three", 0)


def nothing(_repository: ScratchRepository) -> None:
    """Needs nothing more."""


RUN = ("branchlab", "run", "-n", "two", "--", sys.executable, "train.py")
COMMIT = ("git", "commit", "--quiet", "--all", "--message", "wider")
SCENES = {
    scene.name: scene
    for scene in (
        Scene("run", (*RUN[:2], "-S", "lr=0.1", *RUN[2:]), dirty, after_run),
        Scene("first-run", RUN, without_slot, after_run),
        Scene("record", ("branchlab", "record", "-n", "two"), with_failed_run, after_record),
        Scene("commit", COMMIT, on_branch, after_commit, (f"refs/heads/{TWO}",), user=False, hooks=True),
        Scene("push", ("branchlab", "push", "one"), with_remotes, after_push),
        Scene("archive", ("branchlab", "archive", "one"), nothing, after_moving, (f"refs/heads/{ONE}",)),
        Scene("rm", ("branchlab", "rm", "one"), nothing, after_moving, (f"refs/heads/{ONE}",)),
        Scene("rm-run", ("branchlab", "rm", "two"), with_failed_run, after_removed_run),
        Scene("restore", ("branchlab", "restore", "one"), with_archived, after_restore, (f"refs/archive/{ONE}",)),
        Scene("ls", ("branchlab", "ls", "--json"), without_index, after_reading),
        Scene("tidy", ("branchlab", "ls", "--json"), with_untidy_index, after_reading),
    )
}


def play(stage: Stage, strike: Callable[[ScratchRepository], Struck]) -> Struck:
    """Strikes one fresh copy and looks at what is left."""
    repository = stage.fresh()
    before = remember(repository)
    struck = strike(repository)
    look(stage, struck, repository, before)
    return struck


def strike_in(striker: Striker, stage: Stage, blow: Blow) -> Callable[[ScratchRepository], Struck]:
    """Returns what strikes the command of a scene."""
    return lambda repository: striker.strike(repository.path, *stage.scene.command, blow=blow)
