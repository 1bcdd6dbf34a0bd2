"""Makes a project one that DVC works in: `.dvc`, and the entries by which DVC finds the record."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from branchlab.data.store import DVC_FOLDER, find_store
from branchlab.errors import DamagedError, EnvironmentProblemError
from branchlab.plainfile import read_plain, refuse_planted, write_plain
from branchlab.text import safe_text
from branchlab.yaml_text import build, parse_yaml

PIPELINE_FILE = "dvc.yaml"
_TIMEOUT = 120.0
_GITIGNORE = ("/config.local", "/tmp", "/cache")  # noqa: S108 - lines of a .gitignore, as DVC writes them


def initialise(
    project_root: str, top: str, *, metrics: str = "metrics.toml", history: str = "metrics/history.csv"
) -> list[str]:
    """Makes `.dvc` when there is none, and lists the record in `dvc.yaml`, so that `dvc metrics` and `plots` read it.

    Safe to repeat: what is there already is left as it is, comments and order included.

    Args:
        project_root: absolute folder of the project.
        top: absolute folder of the git working tree.
        metrics: path of the record relative to the project.
        history: path of the step curves relative to the project.

    Returns:
        What was done, one sentence without full stop each.

    Raises:
        EnvironmentProblemError: when DVC refuses or a file cannot be written.
        DamagedError: when there is a `dvc.yaml` that is not YAML.
    """
    done: list[str] = []
    store = find_store(project_root, top)
    if store is None:
        _run_init(project_root, subdirectory=os.path.realpath(project_root) != os.path.realpath(top))
        done.append(f"made {DVC_FOLDER} (dvc init)")
    elif _add_gitignore(os.path.join(store.root, DVC_FOLDER, ".gitignore")):
        done.append(f"completed {DVC_FOLDER}/.gitignore")
    if _list_record(os.path.join(project_root, PIPELINE_FILE), metrics, history):
        done.append(f"listed {metrics} and {history} in {PIPELINE_FILE}")
    return done


def _run_init(project_root: str, *, subdirectory: bool) -> None:
    # As a program of its own: DVC in this process would add half a second and its own logging.
    # -P: no module of the project stands in for one of DVC.
    command = [sys.executable, "-P", "-m", "dvc", "init", *(["--subdir"] if subdirectory else [])]
    # A hook's GIT_DIR or GIT_INDEX_FILE would make DVC look at another repository.
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        result = subprocess.run(
            command,
            cwd=project_root,
            env=kept | {"DVC_NO_ANALYTICS": "1"},
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentProblemError(
            f"dvc init did not run: {safe_text(str(error))}", "run dvc init yourself to see more"
        ) from None
    if result.returncode:
        # Warnings may come first; only the line behind `ERROR: ` says why.
        said = result.stderr.decode(errors="replace").partition("ERROR: ")[2] or "it gave no reason"
        reason = safe_text(said.partition("\n")[0]).rstrip(" .")
        raise EnvironmentProblemError(f"dvc init failed: {reason}", "run dvc init yourself to see more")


def _add_gitignore(path: str) -> bool:
    """Adds to `.dvc/.gitignore` what must never be committed: the cache, and the settings that may hold secrets."""
    refuse_planted(path)
    before = read_plain(path) or b""
    absent = [line for line in _GITIGNORE if line.encode() not in before.splitlines()]
    if absent:
        end = b"\n" if before and not before.endswith(b"\n") else b""
        write_plain(path, before + end + "".join(f"{line}\n" for line in absent).encode())
    return bool(absent)


def _list_record(path: str, metrics: str, history: str) -> bool:
    from branchlab.yaml_edit import append_to_yaml

    content = read_plain(path)
    source = safe_text(path)
    try:
        before = (content or b"").decode()
    except UnicodeDecodeError:
        raise DamagedError(f"{source} is not UTF-8", f"mend {PIPELINE_FILE}") from None
    text, table = before, _table(before, source)
    wanted: dict[str, tuple[str, Any]] = {
        "metrics": (metrics, metrics),
        "plots": (history, {history: {"x": "step", "template": "linear"}}),
    }
    for section, (listed, entry) in wanted.items():
        known = table.get(section, [])
        # A section of another shape is the user's own.
        if isinstance(known, list) and not any(
            listed == item or (isinstance(item, dict) and listed in item) for item in known
        ):
            text = append_to_yaml(text, section, entry, source)
            table = {**table, section: [*known, entry]}
    if text == before:
        return False
    if _table(text, source) != table:
        raise DamagedError(
            f"{source} is written in a way that nothing can be added to", f"list {metrics} in it yourself"
        )
    write_plain(path, text.encode())
    return True


def _table(text: str, source: str) -> dict[str, Any]:
    table = build(parse_yaml(text, source), source) or {}
    if not isinstance(table, dict):
        raise DamagedError(f"{source} is not a table", f"mend {PIPELINE_FILE}")
    return table
