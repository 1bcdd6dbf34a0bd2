"""Model files, arrays, checkpoints and configuration with tags: nothing is unpickled and nothing is constructed."""

from __future__ import annotations

import ast
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audited import audited
from branchlab.errors import DamagedError
from branchlab.parameters.files import load_parameters
from branchlab.running.collect import collect_metrics
from driven_app import drive
from foreign_repository import CHANGING, EVIL, MODELS, READING, Wire, clone_foreign, make_foreign, make_wire, model
from in_process import call, the_error
from opened_view import Opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.pilot import Pilot

    from branchlab_tui.app import BranchlabApp
    from scratch_repository import ScratchRepository

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("src", "tui", "hooks") for path in (ROOT / folder).rglob("*.py"))
UNPICKLING = frozenset(("pickle", "cPickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "torch"))
LOADERS = frozenset(
    ("read_pickle", "unsafe_load", "full_load", "load_all", "unpickle", "Unpickler", "memmap", "fromfile")
)
RUNNING = frozenset({"eval", "exec", "compile", "__import__"})
SHELLS = frozenset({"system", "popen", "getoutput", "getstatusoutput", "run_path", "run_module"})
SUSPECT = re.compile(
    rf"(?<!re\.)\b({'|'.join((*UNPICKLING, *LOADERS, *RUNNING, *SHELLS))})\b"
    r"|import_module|YAML\(|allow_pickle|trusted=|shell=|sys\.executable|skops|numpy|\bnp\b"
)
# Where such a thing stands, and why it may.
ALLOWED = {
    ("src/branchlab/demo/project/train.py", "joblib"): "the demo's own script, which writes its model and reads none",
    ("src/branchlab/sweep/foreign.py", "import_module"): "the module that the user names for this call",
    ("src/branchlab/__init__.py", "import_module"): "a table of our own names",
    ("src/branchlab/tuples.py", "eval"): "the fields of our own classes",
    ("src/branchlab/cli/completion.py", "shell=arguments.shell"): "which shell a script is printed for",
}


def faults(source: str) -> Iterator[str]:
    """Yields what in a source may load or run what it is given."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in UNPICKLING)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from [node.module or ""] if (node.module or "").partition(".")[0] in UNPICKLING else []
        elif isinstance(node, ast.Call):
            yield from _call_faults(node)
        elif isinstance(node, (ast.List, ast.Tuple)):
            words = [ast.unparse(one) for one in node.elts]
            if "sys.executable" in words and words[words.index("sys.executable") + 1 :][:1] in (["'-m'"], ["'-c'"]):
                yield "python without -P"  # it looks for modules in the folder that it stands in


def _call_faults(node: ast.Call) -> Iterator[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    runs = (name in RUNNING and not owner) or (name in SHELLS and owner in ("os", "subprocess", "runpy"))
    if name in LOADERS or runs:
        yield name
    if name == "import_module" and not isinstance(node.args[0], (ast.Constant, ast.JoinedStr)):
        yield name
    if name == "load" and owner in ("np", "numpy", "skops", "skops.io", "sio", "optuna"):
        yield f"{owner}.load"
    if name == "YAML" and given.get("typ", "'rt'") not in ("'safe'", "'rt'"):
        yield f"YAML of {given['typ']}"
    for key in ("shell", "allow_pickle", "trusted"):
        if given.get(key, "False") != "False":
            yield f"{key}={given[key]}"


BAD = [
    "import pickle",
    "from joblib import load",
    "import torch.serialization",
    "pd.read_pickle(x)",
    "np.load(x)",
    "np.fromfile(x)",
    "np.loadtxt(x, allow_pickle=True)",
    "skops.io.load(x, trusted=names)",
    "YAML(typ='unsafe')",
    "yaml.unsafe_load(x)",
    "eval(x)",
    "os.system(x)",
    "subprocess.run(x, shell=True)",
    "subprocess.run([sys.executable, '-m', 'dvc'])",
    "runpy.run_path(x)",
    "import_module(table['loader'])",
]


@pytest.mark.parametrize("source", BAD)
def test_the_search_finds(source: str) -> None:
    assert SUSPECT.search(source)
    assert list(faults(source))


def test_no_source_unpickles_or_runs_what_it_reads() -> None:
    assert len(SOURCES) > 500
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in SOURCES}
    suspects = {name: text for name, text in texts.items() if SUSPECT.search(text)}  # the others need no parser
    found = {(name, fault) for name, text in suspects.items() for fault in faults(text)}
    assert sorted(found - set(ALLOWED)) == []
    assert sorted(set(ALLOWED) - found) == []


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Wire:
    """A wire for this module."""
    return make_wire(tmp_path_factory.mktemp("wire") / "wire")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, wire: Wire) -> ScratchRepository:
    """Somebody else's repository, with models in every place."""
    return make_foreign(tmp_path_factory.mktemp("foreign") / "origin", wire)


@pytest.fixture
def foreign(origin: ScratchRepository, wire: Wire, tmp_path: Path) -> ScratchRepository:
    """A clone of it."""
    return clone_foreign(origin, tmp_path / "clone", wire)


def test_each_model_file_is_one_that_a_library_would_run(wire: Wire, tmp_path: Path) -> None:
    for name in ("model.pkl", "model.joblib", "checkpoint.pickle"):
        path = tmp_path / name
        path.write_bytes(model(wire, name))
        line = "import pickle, sys; pickle.load(open(sys.argv[1], 'rb'))"
        subprocess.run([sys.executable, "-P", "-c", line, str(path)], check=True)
    for place in wire.tripped():
        (wire.folder / place).unlink()


def test_python_tells_of_a_pickle_that_is_read_and_a_program_that_is_started() -> None:
    with audited() as heard:
        pickle.loads(pickle.dumps(Path))  # noqa: S301 - our own
        subprocess.run(["true"], check=True)
        with open(os.devnull, "w"):
            pass
    assert heard.pickles
    assert heard.programs[-1] == ["true"]
    assert os.devnull in heard.written


@pytest.mark.prove
def test_no_command_unpickles_writes_elsewhere_or_starts_what_came_with_the_repository(
    foreign: ScratchRepository, wire: Wire, tmp_path: Path
) -> None:
    shown = foreign.path / ".git" / "branchlab"
    for line in (*READING, *CHANGING):
        with audited() as heard:
            call(foreign.path, *line)
        assert heard.pickles == [], line
        programs = {words[0] for words in heard.programs if words}
        strange = {name for name in programs if name.startswith(str(foreign.path)) or "/" in name} - {sys.executable}
        assert not strange, (line, strange)
        own = (str(tmp_path), os.environ["DVC_SITE_CACHE_DIR"], "/dev/")
        outside = [path for path in heard.written if not path.startswith(own) and "__pycache__" not in path]
        assert outside == [], line
        assert wire.tripped() == [], line
    assert shown.is_dir()


@pytest.mark.prove
def test_no_screen_unpickles(foreign: ScratchRepository, wire: Wire) -> None:
    async def steps(pilot: Pilot[int], app: BranchlabApp) -> None:
        opened = Opened(pilot, app)
        app.view.query_one("ExperimentTable").move_to(EVIL)  # type: ignore[attr-defined]
        for key in ("enter", "6", "j", "j", "j", "5"):
            await opened.press(key)

    with audited() as heard:
        drive(foreign.path, steps)
    assert [name for name in heard.pickles if not name.startswith("rich.")] == []
    assert wire.tripped() == []


def test_files_of_other_tools_that_are_pickles_are_left_out(wire: Wire, tmp_path: Path) -> None:
    for name in MODELS:
        for suffix in ("", ".json", ".yaml", ".toml", ".csv"):
            path = tmp_path / (name + suffix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(model(wire, name))
    with audited() as heard:
        found = collect_metrics(str(tmp_path), ["**/*", "dvclive"])
    assert (found.summary, found.series, heard.pickles, wire.tripped()) == ({}, {}, [], [])


TAGS = (
    "a: !!python/object/apply:os.system ['{line}']",
    "a: !!python/object/new:os.system ['{line}']",
    "a: !!python/name:os.system",
    "a: !!python/module:antigravity",
    "? !!python/object/apply:os.system ['{line}']\n: 1",
    "!!python/object/apply:os.system ['{line}']",
    "a: &x !!python/object/apply:subprocess.Popen [['sh', '-c', '{line}']]\nb: *x",
    "%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system ['{line}']",
    "a: !<tag:yaml.org,2002:python/object/apply:os.system> ['{line}']",
    "a: !evil x",
)


@pytest.mark.parametrize("text", TAGS)
def test_no_tag_of_yaml_constructs_anything(text: str, foreign: ScratchRepository, wire: Wire) -> None:
    content = text.replace("{line}", wire.shell("tag")).encode()
    with pytest.raises(DamagedError, match=r"params\.yaml"):
        load_parameters("params.yaml", content)
    for name in ("params.yaml", "dvc.yaml", "data.dvc", "dvc.lock"):
        foreign.write(name, content)
    for line in (("run", "-q", "--", "true"), ("init",), ("check",), ("ls",), ("sweep", "new")):
        said = call(foreign.path, *line)
        if said.code not in (0, 1):
            the_error(said)
        assert wire.tripped() == [], line
