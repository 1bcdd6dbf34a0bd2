"""What `branchlab init` finds in a project that does not know branchlab: its command, parameters and metric files."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING, Any

from branchlab.data.initialise import PIPELINE_FILE
from branchlab.data.pipeline import load_yaml
from branchlab.errors import BranchlabError
from branchlab.plainfile import read_plain
from branchlab.running.curves import STEPS, read_curves
from branchlab.text import safe_text, some_of
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# The first that is there counts: `params` is what DVC and branchlab call it, `config` may be anything.
_PARAMETER_FILES = (
    "params.toml",
    "params.yaml",
    "params.yml",
    "params.json",
    "config.toml",
    "config.yaml",
    "config.json",
)
_SCRIPTS = ("train.py", "main.py", "src/train.py")
_LIVE = "dvclive"
_IMPORTS_LIVE = re.compile(rb"^\s*(?:from|import)\s+dvclive\b", re.MULTILINE)
_PLAIN_SCRIPT = re.compile(r"[\w.-]+\.py")
_VALUES = (".json", ".yaml", ".yml", ".toml")
_CURVES = (".csv", ".tsv")
_LARGEST = 1 << 20  # bytes that are looked into: imports and a heading stand at the beginning


class Found(NamedTuple):
    """What the settings of a project begin with.

    Attributes:
        command: what a run executes.
        params: parameter files that are there.
        collect: metric files that its tools write.
        advice: what the user has to say, because nothing was found, or would want to know.
    """

    command: str
    params: tuple[str, ...]
    collect: tuple[str, ...]
    advice: tuple[str, ...]


def find_settings(root: str, own: tuple[str, ...] = ()) -> Found:
    """Looks for a DVC pipeline, a script, parameter files and what dvclive or a pipeline says of metrics.

    Args:
        root: absolute folder of the project.
        own: metric files that are branchlab's, relative to `root`.
    """
    pipeline = _pipeline(root)
    scripts = _scripts(root)
    script = scripts[0] if len(scripts) == 1 else ""
    params = tuple(name for name in _PARAMETER_FILES if os.path.exists(os.path.join(root, name)))[:1]
    collect = dict.fromkeys(path for path in _metric_files(root, pipeline) if path not in own)
    text = _start_of(os.path.join(root, script)) if script else b""
    is_live = _IMPORTS_LIVE.search(text) is not None
    if not collect and is_live:
        collect = {_LIVE: None}
    staged = isinstance(pipeline.get("stages"), dict) and bool(pipeline["stages"])
    advice = []
    if not staged and not script:
        which = f"several scripts could be what runs ({some_of(scripts)})" if scripts else "there is no train.py"
        advice.append(f"{which}: say in branchlab.toml what to run (command)")
    if not params:
        advice.append(
            "no parameter file was found. For -S and sweeps write one (params.toml: lr = 0.1), and let the script "
            f"read it or the command pass it on: python {safe_text(script or _SCRIPTS[0])} --lr {{lr}}"
        )
    # within `dvc repro` it makes none (https://dvc.org/doc/dvclive/live)
    if is_live and not staged and b"save_dvc_exp" not in text:
        advice.append(
            f"dvclive in {safe_text(script)} makes an experiment of DVC of each run as well, and writes changed files "
            "again for it: Live(save_dvc_exp=False) leaves that out"
        )
    return Found("dvc repro" if staged else f"python {script or _SCRIPTS[0]}", params, tuple(collect), tuple(advice))


def _pipeline(root: str) -> dict[str, Any]:
    try:
        content = read_plain(os.path.join(root, PIPELINE_FILE)) or b""
        return load_yaml(PIPELINE_FILE, content.decode())
    except (BranchlabError, OSError, ValueError):  # one that is damaged is told by what comes after
        return {}


def _scripts(root: str) -> list[str]:
    """Returns the script that is most likely the training; several where nobody can tell."""
    known = [name for name in _SCRIPTS if os.path.isfile(os.path.join(root, name))]
    names = [name for name in sorted(os.listdir(root)) if _PLAIN_SCRIPT.fullmatch(name)]
    # setup.py builds a package and conftest.py belongs to pytest: neither trains.
    return known[:1] or [name for name in names if name not in ("setup.py", "conftest.py")]


def _metric_files(root: str, pipeline: dict[str, Any]) -> Iterator[str]:
    for path, _ in _listed(pipeline, "metrics"):
        folder, name = posixpath.split(path)
        # DVCLive writes metrics.json beside plots/metrics; its folder is collected whole, since the curves are there.
        live = posixpath.basename(folder) == _LIVE or os.path.isdir(os.path.join(root, folder, "plots", "metrics"))
        if name == "metrics.json" and folder and live:
            yield folder
        elif path.endswith(_VALUES):
            yield path
    for path, axis in _listed(pipeline, "plots"):
        if path.endswith(_CURVES) and ((isinstance(axis, str) and axis in STEPS) or _has_steps(root, path)):
            yield path


def _listed(pipeline: dict[str, Any], kind: str) -> Iterator[tuple[str, Any]]:
    """Yields paths under `metrics` or `plots`, of the pipeline and of its stages, and what is on the x axis of each."""
    yield from _paths(pipeline.get(kind), "")
    stages = pipeline.get("stages")
    for stage in stages.values() if isinstance(stages, dict) else ():
        if isinstance(stage, dict):
            folder = stage.get("wdir", "")
            yield from _paths(stage.get(kind), folder if isinstance(folder, str) else "")


def _paths(entries: Any, folder: str) -> Iterator[tuple[str, Any]]:
    for entry in entries if isinstance(entries, list) else ():
        # dvc.yaml has a path alone, or a path with its options: `- loss.csv: {x: step}`.
        for name, options in entry.items() if isinstance(entry, dict) else ((entry, None),):
            # "/" stands for what is no name at all: it is refused with other absolute paths.
            path = posixpath.normpath(posixpath.join(folder, name)) if isinstance(name, str) else "/"
            # DVC fills in ${…} when it runs, and takes patterns: both name no file yet.
            # https://dvc.org/doc/user-guide/project-structure/dvcyaml-files
            if not path.startswith(("/", "../")) and not set("${}*?[") & set(path) and path.isprintable():
                yield path, options.get("x") if isinstance(options, dict) else None


def _has_steps(root: str, path: str) -> bool:
    """Tells whether a table that is there is one of curves, and not a confusion matrix."""
    try:
        return bool(read_curves(_start_of(os.path.join(root, path)), path).series)
    except (BranchlabError, OSError, ValueError):
        return False


def _start_of(path: str) -> bytes:
    try:
        return (read_plain(path) or b"")[:_LARGEST]
    except (BranchlabError, OSError):
        return b""
