"""A Dask cluster on this machine: a scheduler and two workers, each a process with a clone of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil

from branchlab.data.pointer import dump_pointer
from branchlab.data.remote import pull_objects
from branchlab.data.store import add, find_store, object_path
from branchlab.running.source import outputs_at
from branchlab.sweep.cluster.client import connect
from branchlab.sweep.cluster.opening import open_cluster
from branchlab.sweep.engine.workers import Job
from branchlab.workspace import open_workspace
from scratch_repository import ScratchRepository
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from branchlab.data.pointer import Output
    from branchlab.data.store import Store
    from branchlab.sweep.cluster.workers import DaskWorkers
    from branchlab.sweep.engine.workers import Ended

WORKERS = ("north", "south")
SETTINGS = """\
[project]
command = "python train.py"
artifacts = ["model.bin"]
collect = ["metrics.json"]

[metrics.accuracy]
goal = "maximize"
strategy = "optimize"
"""
# Waits while `lr` is above 1, so that a test can look at a trial that runs; leaves word of who it is.
TRAIN = """\
import os, pathlib, sys, time, tomllib
import branchlab

params = tomllib.load(open("params.toml", "rb"))
scale = float(pathlib.Path("data/scale.txt").read_text()) if os.path.exists("data/scale.txt") else 1.0
seen = pathlib.Path(os.environ["SEEN"])
with branchlab.start_run(params=params, seed=7) as run:
    with open(seen / f"lr-{params['lr']}", "a") as file:
        file.write(f"{os.getpid()} {os.getcwd()}\\n")
    for epoch in range(3):
        run.log(accuracy=params["lr"] * scale * (epoch + 1))
    while params["lr"] > 1 and not (seen / "go").exists():
        time.sleep(0.02)
    pathlib.Path("model.bin").write_text(f"model {params['lr']}")
    run.log_artifact("model.bin")
"""


class Seen(NamedTuple):
    """What a command told of itself: its process and the worktree it ran in."""

    pid: int
    folder: str

    def runs(self) -> bool:
        """Tells whether it is still there."""
        try:
            return psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


class Farm:
    """The processes of a cluster; one that a test killed is started again for the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen = folder / "seen"
        self.seen.mkdir(parents=True)
        self.scheduler_file = folder / "scheduler.json"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def mend(self, *names: str) -> None:
        """Starts what does not run, and waits until it does."""
        if not self.runs("scheduler"):
            self.close()
            self.scheduler_file.unlink(missing_ok=True)
            self._start("scheduler", "dask_scheduler", "--host", "127.0.0.1", "--port", "0")
            wait_until(self.scheduler_file.exists)
        for name in names or WORKERS:
            if not self.runs(name):
                options = (
                    "--nthreads",
                    "1",
                    "--no-nanny",
                    "--resources",
                    "GPU=1",
                    "--host",
                    "127.0.0.1",
                    "--name",
                    name,
                )
                self._start(name, "dask_worker", *options, "--local-directory", str(self.folder / f"{name}-dask"))

    def wait_until_joined(self) -> None:
        """Waits until the scheduler knows the workers that run."""
        client = connect(str(self.scheduler_file))
        client.wait_for_workers(sum(map(self.runs, WORKERS)), timeout=30)
        client.close()

    def runs(self, name: str) -> bool:
        """Tells whether a process of the cluster is there."""
        return name in self._processes and self._processes[name].poll() is None

    def kill(self, name: str) -> None:
        """Kills one as the kernel does when memory is short."""
        self._processes[name].kill()
        self._processes[name].wait()

    def close(self) -> None:
        """Ends everything."""
        for process in self._processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()

    def clones(self, name: str) -> Path:
        """Returns where the clones of a worker lie."""
        return self.folder / f"{name}-clones"

    def lose_clones(self) -> None:
        """Removes the clones of all workers."""
        for name in WORKERS:
            shutil.rmtree(self.clones(name), ignore_errors=True)

    def worker_of(self, seen: Seen) -> str:
        """Returns the worker whose clone a command ran in."""
        return next(name for name in WORKERS if seen.folder.startswith(str(self.clones(name))))

    def saw(self, lr: float) -> list[Seen]:
        """Returns the commands that ran with this `lr`, in order."""
        path = self.seen / f"lr-{lr}"
        lines = path.read_text().splitlines() if path.exists() else []
        return [Seen(int(pid), place) for pid, _, place in (line.partition(" ") for line in lines)]

    def all_seen(self) -> list[Seen]:
        """Returns all commands that waited or wait."""
        return [seen for path in self.seen.glob("lr-[1-9]*") for seen in self.saw(float(path.name[3:]))]

    def let_go(self) -> None:
        """Lets the commands that wait come to their end."""
        (self.seen / "go").touch()

    def forget(self) -> None:
        """Forgets what commands told, for the next test."""
        shutil.rmtree(self.seen)
        self.seen.mkdir()

    def _start(self, name: str, module: str, *options: str) -> None:
        environment = {
            **os.environ,
            "SEEN": str(self.seen),
            "BRANCHLAB_CLONES": str(self.clones(name)),
            "PYTHONWARNINGS": "ignore",
        }
        with open(self.folder / f"{name}.log", "ab") as log:
            self._processes[name] = subprocess.Popen(
                [
                    *(sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard"),
                    *("--scheduler-file", str(self.scheduler_file), *options),
                ],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
            )


class Lab(NamedTuple):
    """A project whose engine has a cluster: the engine's clone and the git remote."""

    mine: ScratchRepository
    remote: ScratchRepository
    farm: Farm

    def workers(
        self,
        patience: float = 20.0,
        jobs: int | None = None,
        gpus: int = 0,
        tell: Callable[[str], None] = print,
    ) -> DaskWorkers:
        """Opens the engine's side when all workers that run have joined."""
        workspace = open_workspace(str(self.mine.path))
        store = find_store(workspace.root, workspace.repository.top, workspace.repository.common_dir)
        self.farm.wait_until_joined()
        address = str(self.farm.scheduler_file)
        return open_cluster(workspace, store, "wide", address, jobs=jobs, gpus=gpus, patience=patience, tell=tell)

    def trials(self) -> list[str]:
        """Returns the trials on the git remote."""
        return self.remote.git("for-each-ref", "--format=%(refname:short)", "refs/heads/exp").splitlines()

    @contextmanager
    def without_remote(self) -> Iterator[None]:
        """Takes the git remote away for a while."""
        away = self.remote.path.with_suffix(".away")
        self.remote.path.rename(away)
        try:
            yield
        finally:
            away.rename(self.remote.path)

    def track(self, path: str, content: str) -> None:
        """Puts a file under DVC in the engine's clone alone, and commits its pointer."""
        store = self._store()
        self.mine.write(path, content)
        output = add(store, str(self.mine.path), path)
        self.mine.commit("data", **{output.pointer: dump_pointer(output).decode()})

    def bring(self, branch: str, path: str) -> bytes:
        """Fetches what DVC keeps of a branch from the remote and returns its content."""
        outputs = outputs_at(open_workspace(str(self.mine.path)), branch)
        return self.bring_output(next(one for one in outputs if one.path == path))

    def bring_output(self, output: Output) -> bytes:
        """Fetches one object from the DVC remote and returns its content."""
        store = self._store()
        pull_objects(store, [output])
        return Path(object_path(store, output.md5)).read_bytes()

    def _store(self) -> Store:
        store = find_store(str(self.mine.path), str(self.mine.path))
        assert store is not None
        return store

    def job(self, number: int, lr: float, **changes: Any) -> Job:
        """Returns a trial that starts from the engine's HEAD."""
        table = {"name": "wide", "trial": number, "values": {"lr": lr}}
        job = Job(
            number,
            f"exp/tune/wide-{number:04d}-{number:04x}",
            {"lr": lr},
            self.mine.git("rev-parse", "HEAD"),
            {"params.toml": f"lr = {lr}\n".encode()},
            ("python", "train.py"),
            table,
        )
        return job._replace(**changes)


def gather(workers: DaskWorkers, count: int, seconds: float = 60.0) -> Mapping[str, Ended]:
    """Waits for so many ends and returns them by key."""
    found: dict[str, Ended] = {}
    end = time.monotonic() + seconds
    while len(found) < count:
        assert time.monotonic() < end, f"only {list(found)} ended"
        for one in workers.wait(1.0):
            assert one.key not in found
            found[one.key] = one
    return found


def in_a_process(code: str) -> str:
    """Runs Python code in a process of its own and returns what it printed."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def make_lab(folder: Path, farm: Farm) -> Lab:
    """Makes a project with a git remote and a DVC remote, and a clone for the engine."""
    remote = ScratchRepository(folder / "remote.git")
    remote.path.mkdir(parents=True)
    remote.git("init", "--quiet", "--bare")
    mine = ScratchRepository(folder / "mine")
    mine.path.mkdir()
    mine.git("init", "--quiet")
    mine.git("remote", "add", "origin", "../remote.git")
    storage = folder / "storage"
    storage.mkdir()
    config = f"[core]\n    remote = storage\n['remote \"storage\"']\n    url = {storage}\n"
    mine.commit(
        "project",
        **{
            "branchlab.toml": SETTINGS,
            "train.py": TRAIN,
            "params.toml": "lr = 0.5\n",
            ".gitignore": "/model.bin\n/data/scale.txt\n",
            ".dvc/config": config,
            ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
        },
    )
    return Lab(mine, remote, farm)
