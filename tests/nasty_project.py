"""A project that carries one nasty text in every field that a person may see, and every output it could reach."""

from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import tomli_w

from branchlab.cli.main import main
from branchlab.cli.terminal import Terminal
from branchlab.record.format import dump_record
from branchlab.record.model import Best, DataFile
from branchlab.tracking.state import RunState, write_state
from command_line import Said
from nasty_text import (
    MARK,
    as_branch,
    as_file_text,
    as_path,
    check_csv,
    check_json,
    check_log,
    check_markdown,
    check_openmetrics,
    check_page,
    check_words,
    check_xml,
)
from record_strategies import example, run_example
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RUN = "20261121T000000-aaaaaa"
PLAIN = "exp/model/plain"
_MD5 = "d41d8cd98f00b204e9800998ecf8427e"


class Nasty(NamedTuple):
    """The project: its repository, the experiment that carries the text, the sweep and the saved view."""

    repository: ScratchRepository
    name: str
    sweep: str
    view: str


def make_nasty(folder: Path, given: str) -> Nasty:
    """Makes the project for one text."""
    repository = ScratchRepository(folder)
    folder.mkdir(parents=True)
    repository.git("init", "--quiet")
    text = as_file_text(given)
    name, sweep, view = f"exp/model/evil-{as_branch(given)}", text.strip() or "x", text or "x"
    _write_project(repository, text, view)
    _commit(repository, "main", text, parents=[])
    _write_record(repository, text, 0.5, sweep, 0)
    _commit(repository, "main", text, parents=["main"])
    for number, (branch, value) in enumerate(((PLAIN, 0.9), (name, 0.4)), 1):
        _write_record(repository, text, value, sweep, number)
        _commit(repository, branch, text, parents=["main"])
    tip = repository.git("rev-parse", f"refs/heads/{name}")
    repository.git("update-ref", f"refs/archive/exp/model/old-{as_branch(given)}", tip)
    repository.git("update-ref", f"refs/tags/{as_branch(given)}", tip)
    repository.git("update-ref", f"refs/remotes/origin/exp/model/far-{as_branch(given)}", tip)
    repository.git("config", "user.name", f"Eve {text.replace(chr(0), '')}"[:200] or "x")
    repository.git("reset", "--quiet", "--hard", "main")
    _put_run(repository, text)
    return Nasty(repository, name, sweep, view)


def _write_project(repository: ScratchRepository, text: str, view: str) -> None:
    key = text or "x"
    gate = {"threshold": ">= 0.6", "max_regression": "1%", "worst_slice": ">= 0.6", "max_slice_gap": "0.1"}
    rule = {"goal": "maximize", "strategy": "optimize", "unit": text, "why": text, **gate}
    settings: dict[str, Any] = {
        "project": {"command": ["echo", text], "artifacts": ["model.bin"], "data": [text], "collect": [as_path(text)]},
        "naming": {"types": ["model", "tune"], "pattern": "exp/{type}/{slug}", "exempt": ["main", text]},
        "metrics": {key: {**rule, "slice_thresholds": {f"r={text}": ">= 0.6"}}, "loss": {"goal": "minimize"}},
        "views": {view: {"query": "lr>0", "columns": ["name", key, text]}},
        "ci": {"front": [key, "loss"]},
    }
    repository.write("branchlab.toml", tomli_w.dumps(settings))
    searched = key.replace('"', "").replace("\\", "").replace("\n", " ").replace("\r", " ")[:80]
    repository.write("params.toml", tomli_w.dumps({"lr": 0.1, key: text, searched: text, "nested": {key: [text]}}))
    space = {"lr": {"low": 0.0, "high": 1.0}, f'"{searched}"': [text, "plain"]}
    plan: dict[str, Any] = {"sweep": {"name": "plain", "method": "random", "metrics": [key]}, "space": space}
    repository.write("sweep.toml", tomli_w.dumps({**plan, "budget": {"trials": 4}}))
    remote = text.replace("\n", " ").replace("\r", " ").replace('"', "").replace("'", "")
    repository.write(".dvc/config", f"[core]\n    remote = evil\n['remote \"evil\"']\n    url = /nowhere/{remote}\n")
    repository.write(".dvc/.gitignore", "/config.local\n/tmp\n/cache\n")
    repository.write(f"code/{as_path(text)}", f"print({text!r})\n{text}\n")


def _write_record(repository: ScratchRepository, text: str, value: float, sweep: str, number: int) -> None:
    key = text or "x"
    run = run_example(
        id=f"20261120T23301{number}-{text}",
        command=("python", text, f"--x={text}"),
        note=f"{text}\n{text}",
        code=text,
        tree=text,
        differs=(text,),
        not_code=(text,),
        merged=(text,),
    )
    one = example(
        run=run,
        params={"lr": value, key: f"{text}{number}", "nested": {key: [text, {key: text}]}},
        metrics={key: value, "loss": value, f"{key}/other": float("nan"), "-": -1e300},
        best={key: Best(value, 1)},
        splits={key: {key: value}, "test": {key: value}},
        slices={f"r={text}": {key: value, "rows": 3}, f"{text}=eu": {key: value / 2, "rows": 30}},
        data={as_path(text): DataFile(_MD5, 3), f"made/{as_path(text)}": DataFile(_MD5, number, 2, output=True)},
        resources={"seconds": 1.0, text: 2.0},
        environment={"python": text, "platform": text, "packages": {key: f"{text}{number}"}},
        sweep={
            "name": sweep,
            "trial": number,
            "values": {"lr": value, key: text},
            "method": text,
            "reason": text,
            "batch": 0,
        },
    )
    repository.write("metrics.toml", dump_record(one))
    repository.write("metrics/history.csv", f"step,seconds,{_cell(key)},loss\n0,0,0.1,1\n1,1,{value},0.5\n")
    header = f"{_cell(text)},b,{_cell(text + text)}\n"
    plots = (f"{as_path(text)[:60]}.csv", "confusion_matrix.csv", "roc.csv", f"{MARK}.png")
    for plot in plots:
        repository.write(f"metrics/plots/{plot}", f"{header}{_cell(text)},1,{_cell(text)}\n{number},2,3\n")
    repository.write(f"code/{as_path(text)}", f"print({text!r})\n{text}\n{number}\n")


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\x00", "") + '"'


def _commit(repository: ScratchRepository, branch: str, text: str, parents: list[str]) -> None:
    """Writes a commit as git itself would not let a person: author, address, subject and trailers carry the text."""
    repository.git("add", "--all")
    tree = repository.git("write-tree")
    who = "".join(character for character in text if character not in "\n<>\0")
    person = f"{who} <{who}@example.org> 1800000000 +0000"
    lines = [f"tree {tree}", *(f"parent {repository.git('rev-parse', one)}" for one in parents)]
    lines += [f"author {person}", f"committer {person}", "", f"{text}\n\nbody {text}\n\nMetric-{text}: {text}\n"]
    body = "\n".join(lines).replace("\0", "")
    commit = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=body)
    repository.git("update-ref", f"refs/heads/{branch}", commit)


def _put_run(repository: ScratchRepository, text: str) -> None:
    folder = repository.path / ".git/branchlab/runs" / RUN
    folder.mkdir(parents=True)
    state = RunState(RUN, f"exp/model/live {text}", "failed", ("python", text), str(repository.path), note=text)
    state = state._replace(branch=text, started="2026-11-21T00:00:00Z", differs=(text,), params={text: text})
    write_state(str(folder), state)
    lines: list[dict[str, Any]] = [
        {"k": "start", "params": {text: text}, "seed": 7},
        {"k": "log", "s": 0, "t": 0.0, "m": {text: 1.0, "loss": 2.0}},
        {"k": "slice", "key": text, "value": text, "m": {text: 1.0}},
        {"k": "plot", "path": f"plots/{as_path(text)[:60]}.csv", "t": 1.0},
        {"k": "artifact", "path": text, "t": 1.0},
        {"k": "end", "status": "failed", "error": text, "reason": text},
    ]
    (folder / "journal.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (folder / "output.log").write_bytes(f"{text}\r\n{text}\n".encode() + b"\x9b31m\xff\xfe\x1b[31m\n")
    (folder / "plots").mkdir()
    (folder / "plots" / f"{as_path(text)[:60]}.csv").write_text(f"{_cell(text)},b\n1,2\n")
    os.makedirs(folder.parent / "20261121T000001-\x1b[31m", exist_ok=True)


FORMS = ((), ("--json",), ("--csv",), ("--md",))
_CHECKS: dict[str, Callable[[str], object]] = {"--json": check_json, "--csv": check_csv, "--md": check_markdown}


def lines_of(nasty: Nasty) -> list[tuple[str, ...]]:
    """Returns every command line that shows something of the project."""
    name, sweep = nasty.name, nasty.sweep
    tables = [
        ("ls",),
        ("ls", "--all", "--archived"),
        ("ls", "--only-changed"),
        ("ls", f"--view={nasty.view}"),
        ("show", name),
        ("show", RUN),
        ("diff", name, PLAIN),
        ("diff", name, "--code"),
        ("diff", RUN, name),
        ("compare", name, PLAIN, "main", "--all"),
        ("log", "--branch", name),
    ]
    sweeps = [("sweep", word, "--", sweep) for word in ("status", "show", "best", "importance", "report")]
    plain = [
        *(("ls", "--names"), ("ls", "--view=none"), ("watch",), ("check",), ("check", "--json"), ("check", "--remote")),
        *(("doctor",), ("doctor", "--json"), ("hooks", "status"), ("note", name), ("note", RUN), ("restore", "zqx")),
        *(("completion", "bash"), ("sweep", "status"), ("pull",), ("push",), ("watch", "--json", "lr>0")),
        *(("sweep", word, "--json", "--", sweep) for word in ("status", "show", "best", "importance", "report")),
        *(("sweep", "show", form, "--", sweep) for form in ("--csv", "--md")),
        ("sweep", "report", "--html", "-", "--", sweep),
        ("sweep", "run", "--dry-run"),
        ("run", "-q", "--", "false"),
    ]
    return [*((*line, *form) for line in tables for form in FORMS if "--code" not in line or not form), *sweeps, *plain]


def say(folder: Path, line: tuple[str, ...], *, width: int = 0, colour: bool = False) -> Said:
    """Runs a command line in this process, as on a terminal of a width, with colours or without."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    code = main(line, Terminal(out, err, str(folder), colour=colour, width=width))
    out.seek(0)
    err.seek(0)
    return Said(code, out.read(), err.read())


def check_said(line: tuple[str, ...], said: Said) -> None:
    """Holds what a command said against what its form promises."""
    assert "Traceback" not in said.err, said.err
    assert "a fault of branchlab" not in said.err, said.err
    check_log(said.err)
    form = next((form for form in _CHECKS if form in line), "")
    if form and said.out and said.code in (0, 1):
        if line[0] == "watch":
            for one in said.out.splitlines():
                check_json(one)
        else:
            _CHECKS[form](said.out)
    elif "--html" in line:
        check_page(said.out)
    else:
        (check_log if line[0] in ("ci", "check", "doctor") else check_words)(said.out)


def check_reports(nasty: Nasty, folder: Path) -> int:
    """Lets `ci` write all its reports and holds each; returns how many there were."""
    folder.mkdir(exist_ok=True)
    names = {"--md": "r.md", "--junit": "r.xml", "--openmetrics": "r.txt"}
    files = [word for option, name in names.items() for word in (option, str(folder / name))]
    line = ("ci", "--base", "main", "--head", nasty.name, *files, "--svg", str(folder))
    check_said(line[:1], say(nasty.repository.path, line, width=90, colour=True))
    check_said(("ci", "--json"), say(nasty.repository.path, ("ci", "--head", nasty.name, "--json")))
    check_markdown((folder / "r.md").read_text())
    check_xml((folder / "r.xml").read_text())
    check_openmetrics((folder / "r.txt").read_text())
    pictures = list(folder.glob("*.svg"))
    for picture in pictures:
        check_xml(picture.read_text())
        check_page(picture.read_text())
    return 3 + len(pictures)
