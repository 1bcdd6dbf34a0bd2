"""A repository of somebody else that would run a program at every place where one could, and a wire that tells of it.

What a person writes into their own `.git/config` is theirs. All else came with the clone: modules that are called as
those of Python, DVC and branchlab, pickles that run what they like, pipelines, attributes, submodules, hooks, a folder
that looks like a bare repository, remotes that name a program.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from branchlab.record.format import dump_record
from branchlab.record.model import DataFile
from record_strategies import example, run_example
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "exp/model/evil"
RUN = "20261121T000000-aaaaaa"
MODULES = (
    *("branchlab", "branchlab_tui", "branchlab_hooks", "dvc", "textual", "pandas", "numpy", "optuna", "git", "rich"),
    *("json", "tomllib", "random", "signal", "sqlite3", "platform", "sitecustomize", "usercustomize", "conftest"),
)
PROGRAMS = ("git", "dvc", "python", "python3", "sh", "less", "vi", "nano", "xdg-open", "ps", "tput", "branchlab")
MODELS = (
    *("model.pkl", "model.joblib", "model.pt", "model.skops", "model.npy", "model.npz", "model.parquet"),
    *("checkpoint.pickle", "metrics/history.parquet", ".dvc/tmp/repro.dat", "dvclive/model.pkl", "study.db"),
    *("metrics/plots/matrix.npy", "metrics/plots/curve.pkl", "optuna.log", "cache.dill", "weights.h5"),
)
READING = [
    *(("ls", *form) for form in ((), ("--json",), ("--csv",), ("--md",), ("--all",), ("--archived",), ("--names",))),
    *(("show", name, "--json") for name in (EVIL, "HEAD", "main", RUN)),
    ("show", EVIL),
    ("diff", EVIL, "--code"),
    ("diff", EVIL, RUN),
    ("compare", EVIL, RUN, "--all"),
    ("log", "--branch", EVIL),
    ("watch",),
    ("check",),
    ("check", "--remote"),
    ("check", f"main..{EVIL}"),
    ("ci", "--head", EVIL, "--gate", "accuracy >= 0.1", "--md", "r.md", "--junit", "r.xml", "--svg", "curves"),
    ("ci", "--head", EVIL, "--fetch", "origin", "--gate", "accuracy >= 0.1"),
    ("doctor",),
    ("doctor", "--fix", "--data"),
    ("hooks", "status"),
    ("textconv", "metrics.json"),
    ("completion", "bash"),
    ("note", EVIL),
    *(("sweep", word, "wide") for word in ("status", "show", "best", "importance", "report")),
]
CHANGING = [
    ("note", EVIL, "a remark"),
    ("apply", EVIL),
    ("apply", EVIL, "--outputs"),
    ("rename", EVIL, "exp/model/renamed"),
    ("archive", "exp/model/renamed"),
    ("restore", "exp/model/renamed"),
    ("rm", "exp/model/renamed"),
    ("restore", "exp/model/renamed"),
    ("record", RUN, "-n", "by-hand"),
    ("checkout", "exp/model/renamed"),
    ("checkout", "main"),
    ("new", "fresh", "--why", "x"),
    ("run", "-q", "-n", "again", "--", "true"),
    ("push",),
    ("push", "--data-remote", "ssh"),
    ("pull",),
    ("pull", "--data-remote", "evil"),
    ("sweep", "new"),
    ("init",),
]


class Wire(NamedTuple):
    """What a program of the repository would leave behind: files in `folder`, one for each place that ran it."""

    folder: Path

    def shell(self, place: str) -> str:
        """Returns a command line that trips the wire."""
        return f"touch {self.folder}/{place}"

    def python(self, place: str) -> str:
        """Returns a module that trips the wire when it is imported."""
        return f"open({str(self.folder / place)!r}, 'w').close()\n"

    def pickle(self, place: str) -> bytes:
        """Returns a pickle that trips the wire when it is read."""
        return pickle.dumps(_Bomb(self.shell(place)), protocol=2)

    def tripped(self) -> list[str]:
        """Returns the places that were run."""
        return sorted(os.listdir(self.folder))


class _Bomb:
    def __init__(self, line: str) -> None:
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (self.line,)


def make_wire(folder: Path) -> Wire:
    """Makes the folder that must stay empty."""
    folder.mkdir()
    return Wire(folder)


def make_foreign(folder: Path, wire: Wire) -> ScratchRepository:
    """Makes the repository: a project on `main`, and an experiment whose record, parameters and files are no better."""
    repository = ScratchRepository(folder)
    folder.mkdir()
    repository.git("init", "--quiet")
    _write_settings(repository, wire)
    _write_programs(repository, wire)
    _write_git(repository, wire)
    _write_data(repository, wire)
    repository.git("add", "--all", "--force")
    repository.git("commit", "--quiet", "--message", "start")
    base = repository.git("rev-parse", "HEAD")
    repository.git("switch", "--quiet", "--create", EVIL)
    run = run_example(command=("sh", "-c", wire.shell("recorded-command")), code=base, note=f"$({wire.shell('note')})")
    outputs = {name: DataFile(_md5(model(wire, name)), len(model(wire, name)), output=True) for name in MODELS[:7]}
    repository.write("metrics.toml", dump_record(example(run=run, data=outputs)))
    repository.write("metrics/history.csv", "step,seconds,accuracy\n0,0,0.5\n1,1,0.93\n")
    repository.write("metrics/plots/roc.csv", "fpr,tpr\n0,0\n1,1\n")
    repository.write("params.yaml", f"lr: 0.1\nbomb: !!python/object/apply:os.system ['{wire.shell('yaml')}']\n")
    repository.git("add", "--all", "--force")
    repository.git("commit", "--quiet", "--message", f"evil\n\nBranchlab-Run: {run.id}")
    repository.git("switch", "--quiet", "main")
    return repository


def clone_foreign(origin: ScratchRepository, folder: Path, wire: Wire) -> ScratchRepository:
    """Clones it as a person would, brings its experiment, and puts its data where DVC's cache is."""
    origin.git("clone", "--quiet", str(origin.path), str(folder))
    clone = ScratchRepository(folder)
    clone.git("branch", "--quiet", EVIL, f"origin/{EVIL}")
    for name in MODELS[:7]:
        content = model(wire, name)
        md5 = _md5(content)
        clone.write(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}", content)
    put_run(clone, wire)
    return clone


def put_run(repository: ScratchRepository, wire: Wire) -> None:
    """Puts an unrecorded run into the repository whose folder holds pickles under every name."""
    folder = f".git/branchlab/runs/{RUN}"
    state = {"id": RUN, "name": "exp/model/by-hand", "status": "failed", "started": "2026-11-21T00:00:00Z"}
    repository.write(f"{folder}/state.json", json.dumps(state))
    lines = [{"k": "log", "s": 0, "t": 0, "m": {"accuracy": 0.5}}, {"k": "plot", "path": "plots/curve.pkl", "t": 1}]
    repository.write(f"{folder}/journal.jsonl", "".join(f"{json.dumps(line)}\n" for line in lines))
    for name in ("plots/curve.pkl", "plots/matrix.npy", "artifacts.pkl", "capture.json.pkl"):
        repository.write(f"{folder}/{name}", model(wire, name))


def model(wire: Wire, name: str) -> bytes:
    """Returns a model file that trips the wire when a library loads it with what it allows by default or more."""
    place = name.replace("/", "-")
    bomb = wire.pickle(place)
    if name.endswith((".npy", ".npz")):
        array = io.BytesIO()
        np.save(array, np.array([_Bomb(wire.shell(place))], dtype=object), allow_pickle=True)
        return array.getvalue() if name.endswith(".npy") else _zipped({"arr_0.npy": array.getvalue()})
    if name.endswith(".pt"):
        return _zipped({"archive/data.pkl": bomb, "archive/version": b"3\n"})
    if name.endswith(".skops"):
        call = {"__class__": "system", "__module__": "os", "__loader__": "TypeNode", "content": wire.shell(place)}
        return _zipped({"schema.json": json.dumps({**call, "_skops_version": "0.10"}).encode(), "0.pkl": bomb})
    return bomb


def _zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def _write_settings(repository: ScratchRepository, wire: Wire) -> None:
    repository.write(
        "branchlab.toml",
        f'[project]\ncommand = "{wire.shell("command")}"\nparams = ["params.yaml"]\nartifacts = ["model.pkl"]\n'
        'collect = ["dvclive", "*.pkl", "*.npy", "metrics/**"]\ndata = ["model.pkl", "model.npy"]\n'
        '[metrics.accuracy]\ngoal = "maximize"\nstrategy = "optimize"\n',
    )
    repository.write("params.yaml", "lr: 0.1\n")
    repository.write(
        "sweep.toml",
        '[sweep]\nname = "wide"\nmethod = "random"\n[space]\nlr = { low = 0.0, high = 1.0 }\n[budget]\ntrials = 2\n',
    )
    cmd = wire.shell("stage")
    repository.write(
        "dvc.yaml", f"vars:\n- vars.py\nstages:\n  train:\n    cmd: {cmd}\n    params:\n    - params.py:\n"
    )
    repository.write("params.py", wire.python("params.py"))
    repository.write("vars.py", wire.python("vars.py"))
    repository.write("bomb.yaml", f"a: !!python/object/apply:os.system ['{wire.shell('bomb.yaml')}']\n")


def _write_programs(repository: ScratchRepository, wire: Wire) -> None:
    for name in MODULES:
        repository.write(f"{name}/__init__.py", wire.python(f"import-{name}"))
        repository.write(f"{name}/__main__.py", wire.python(f"main-{name}"))
    for name in PROGRAMS:
        for place in (*([] if name in MODULES else [name]), f"bin/{name}", f".venv/bin/{name}"):
            repository.write(place, f"#!/bin/sh\n{wire.shell(name)}\n").chmod(0o755)
    for name in (".vimrc", ".exrc", ".nanorc"):
        repository.write(name, f"silent !{wire.shell(name)}\n")


def _write_git(repository: ScratchRepository, wire: Wire) -> None:
    repository.write(".gitattributes", "* diff=evil filter=evil merge=evil\n*.toml -text\n")
    repository.write(".lfsconfig", f'[lfs]\n\turl = "ext::{wire.shell("lfs")}"\n')
    for name in ("pre-commit", "post-checkout", "reference-transaction", "post-index-change", "pre-push"):
        for folder in ("hooks", ".githooks", ".husky"):
            path = repository.write(f"{folder}/{name}", f"#!/bin/sh\n{wire.shell(f'hook-{name}')}\n")
            path.chmod(0o755)
    config = "".join(
        f'[{section}]\n\t{key} = "{wire.shell(key)};false"\n'
        for section, key in (
            *(("core", "fsmonitor"), ("core", "pager"), ("core", "sshCommand"), ("core", "editor")),
            *(("diff", "external"), ("gpg", "program"), ("credential", "helper"), ("uploadpack", "packObjectsHook")),
        )
    )
    looks_bare = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\thooksPath = ../hooks\n"
    looks_bare += '[remote "origin"]\n\turl = ssh://a/b\n'
    for folder in ("looks-bare/", ""):
        repository.write(f"{folder}config", config + looks_bare)
    repository.write("looks-bare/HEAD", "ref: refs/heads/main\n")
    repository.write("looks-bare/objects/x", "")
    repository.write("looks-bare/refs/x", "")
    repository.write(
        ".gitmodules",
        f'[submodule "s"]\n\tpath = s\n\turl = ext::sh -c {wire.shell("submodule-url")}\n'
        f'[submodule "t"]\n\tpath = t\n\turl = --upload-pack={wire.shell("upload-pack")}\n',
    )


def _write_data(repository: ScratchRepository, wire: Wire) -> None:
    repository.write(".dvc/.gitignore", "/config.local\n/tmp\n/cache\n")
    repository.write(
        ".dvc/config",
        "[core]\n    remote = evil\n    analytics = false\n"
        f"['remote \"evil\"']\n    url = s3://bucket/x\n    configpath = aws\n"
        f"['remote \"ssh\"']\n    url = ssh://-oProxyCommand={wire.shell('ssh').replace(' ', '%20')}/x\n",
    )
    repository.write(".dvc/aws", f"[default]\ncredential_process = {wire.shell('credential_process')}\n")
    for name in MODELS:
        repository.write(name, model(wire, name))
    for name in MODELS[:7]:
        content = model(wire, name)
        repository.write(f"{name}.dvc", f"outs:\n- md5: {_md5(content)}\n  size: {len(content)}\n  path: {name}\n")
        repository.git("rm", "--quiet", "--cached", "--ignore-unmatch", name)
        (repository.path / name).unlink()
    repository.write("metrics.json", '{"accuracy": 0.5}')
    repository.write("dvclive/metrics.json", '{"accuracy": 0.5}')


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
