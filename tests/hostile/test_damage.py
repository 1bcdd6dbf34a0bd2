"""Damaged files: what is derived is made again, and damaged truth is named and never shown as good.

Each case is one damage to one file, repeatable by its seed; the file is put back behind it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tomllib
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import damaged_files
from branchlab.data.pointer import parse_pointer
from branchlab.errors import BranchlabError, DamagedError
from branchlab.record.format import parse_record
from branchlab_tui.model.session import load_session
from branchlab_tui.model.store import open_store
from damaged_files import DEEP, WIDE, Scene, damaged, files_below
from in_process import call
from oracle import assert_sound, remember

if TYPE_CHECKING:
    from collections.abc import Iterator

    from command_line import Said

ANSWERS = (("ls", "--json"), ("show", WIDE, "--json"), ("diff", WIDE, DEEP, "--json"), ("check", "--json"))
MORE = (("sweep", "status", "--json"), ("log", "--branch", DEEP, "--json"))
ENDS = frozenset((0, 1, 2, 3, 4, 5))


def blocks(quick: int, long: int, each: int = 50) -> list[Any]:
    """Returns the seeds: a few for `make test`, all others for `make prove`."""
    later = range(quick, long)
    parts = [range(start, min(start + each, long)) for start in later[::each]]
    return [range(quick), *(pytest.param(part, marks=pytest.mark.prove) for part in parts)]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The project, sound before each case and after it."""
    return damaged_files.build(tmp_path_factory.mktemp("damage") / "project")


@contextlib.contextmanager
def put(path: str, content: bytes) -> Iterator[None]:
    """Gives a file another content for a while."""
    before, mode = Path(path).read_bytes(), os.stat(path).st_mode
    os.chmod(path, 0o644)
    Path(path).write_bytes(content)
    try:
        yield
    finally:
        if os.path.lexists(path):
            os.chmod(path, 0o644)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).write_bytes(before)
        os.chmod(path, mode)


def harmless(said: Said, case: str) -> Said:
    """Makes sure that a command ended as commands end: no traceback, no fault of ours, a code of the enum."""
    assert said.code in ENDS, (case, said)
    assert "Traceback" not in said.err + said.out, (case, said)
    assert "a fault of branchlab" not in said.err, (case, said)
    return said


def answers(scene: Scene, commands: tuple[tuple[str, ...], ...]) -> dict[tuple[str, ...], tuple[int, str]]:
    """Returns what commands say."""
    said = {command: call(scene.repository.path, *command) for command in commands}
    return {command: (one.code, one.out) for command, one in said.items()}


def pick(scene: Scene, seed: int, paths: list[str]) -> tuple[str, bytes, str]:
    """Returns a file, what the damage leaves of it, and words that repeat the case."""
    random = Random(seed)
    path = random.choice(paths)
    other = Path(random.choice(paths)).read_bytes()
    how, content = damaged(Path(path).read_bytes(), random, other)
    return path, content, f"seed {seed}: {os.path.relpath(path, scene.repository.path)}: {how}"


def derived(scene: Scene) -> list[str]:
    """Returns the files that can be deleted: caches, answers, what the terminal UI remembers, locks."""
    names = ("index", "facts", "check", "digests", "ui.json", "frame", "worktrees/")
    return [path for path in files_below(scene.state) if os.path.relpath(path, scene.state).startswith(names)]


@pytest.mark.parametrize("seeds", blocks(10, 600))
def test_what_is_derived_is_made_again(scene: Scene, seeds: range) -> None:
    expected = answers(scene, (*ANSWERS, *MORE))
    rows = {one.name: one.metrics for one in open_store(str(scene.repository.path)).complete().experiments}
    for seed in seeds:
        path, content, case = pick(scene, seed, derived(scene))
        with put(path, content):
            for command in (ANSWERS[seed % 4], MORE[seed % 2], ANSWERS[0]):
                said = harmless(call(scene.repository.path, *command), case)
                assert (said.code, said.out) == expected[command], (case, command)
            store = open_store(str(scene.repository.path))
            store.first()
            shown = store.complete()
            assert {one.name: one.metrics for one in shown.experiments} == rows, case
            load_session(store_workspace(scene))
            harmless(call(scene.repository.path, "doctor"), case)


def store_workspace(scene: Scene) -> Any:
    """Opens the project."""
    from branchlab.workspace import open_workspace

    return open_workspace(str(scene.repository.path))


def lacks_whole_lines(path: str, content: bytes) -> bool:
    """Tells whether a journal has no line but those that it had."""
    return path.endswith("journal.jsonl") and set(content.splitlines()) < set(Path(path).read_bytes().splitlines())


@pytest.mark.parametrize("seeds", blocks(10, 500))
def test_a_damaged_run_is_named_and_no_value_of_it_is_another_in_silence(scene: Scene, seeds: range) -> None:
    sound = {row["name"]: row for row in json.loads(call(scene.repository.path, "ls", "--json").out)}
    own = sound.pop("exp/model/by-hand")
    for seed in seeds:
        path, content, case = pick(scene, seed, files_below(scene.run))
        shorter = lacks_whole_lines(path, content)
        with put(path, content):
            said = harmless(call(scene.repository.path, "ls", "--json"), case)
            assert said.code == 0, (case, said.err)
            rows = {row["run"]: row for row in json.loads(said.out)}
            row = rows.pop(own["run"], None)
            assert {one["name"]: one for one in rows.values()} == sound, case
            doctor = harmless(call(scene.repository.path, "doctor"), case)
            if row is None:
                assert scene.run.name in doctor.out, (case, doctor)
            else:
                same = all(row[key] == own[key] for key in ("metrics", "best", "params", "seed", "note"))
                # An empty file in the place of the journal shows nothing; it is one of a run that logged nothing.
                # Nor can whole lines be told that somebody took away.
                assert same or row["problem"] or not row["metrics"] or shorter, (case, row)
            harmless(call(scene.repository.path, "show", scene.run.name, "--json"), case)
            open_store(str(scene.repository.path)).complete()


@pytest.mark.parametrize("seeds", blocks(6, 150))
def test_a_damaged_file_of_the_user_is_named_and_stays_as_it_is(scene: Scene, seeds: range) -> None:
    top = scene.repository.path
    names = ("branchlab.toml", "params.toml", "sweep.toml", "data.dvc")
    for seed in seeds:
        path, content, case = pick(scene, seed, [str(top / name) for name in names])
        with put(path, content):
            for command in (*ANSWERS, ("sweep", "status"), ("apply", DEEP), ("checkout", WIDE)):
                said = harmless(call(top, *command), case)
                if said.code == 5:
                    assert os.path.basename(path) in said.err, (case, command, said)
            head = scene.repository.git("rev-parse", "--abbrev-ref", "HEAD")
            if head == "main" and Path(path).name != "params.toml":
                assert Path(path).read_bytes() == content, case
        scene.repository.git("switch", "--quiet", "--force", "main")


@pytest.mark.parametrize("seeds", blocks(6, 250))
def test_no_damaged_object_is_checked_out_as_good(scene: Scene, seeds: range) -> None:
    top = scene.repository.path
    for seed in seeds:
        path, content, case = pick(scene, seed, files_below(scene.cache))
        scene.repository.git("switch", "--quiet", "--force", "main")
        for name in ("model.bin", "model.bin.dvc"):  # what `apply` left in another test
            (top / name).unlink(missing_ok=True)
        shutil.rmtree(top / "data", ignore_errors=True)
        with put(path, content):
            said = harmless(call(top, "checkout", (WIDE, DEEP)[seed % 2]), case)
            if said.code == 0:
                for pointer in top.glob("*.dvc"):
                    assert_content(top, pointer, case)
            else:
                assert "damaged" in said.err or "lacks" in said.err, (case, said)
            doctor = harmless(call(top, "doctor", "--data"), case)
            assert "damaged" in doctor.out, (case, doctor)
    scene.repository.git("switch", "--quiet", "--force", "main")


def assert_content(top: Path, pointer: Path, case: str) -> None:
    """Holds the files of a pointer against its digest, by md5 alone."""
    if not pointer.is_file():
        return
    (output,) = parse_pointer(pointer.name, pointer.read_bytes())
    if output.files is None:
        assert hashlib.md5((top / output.path).read_bytes()).hexdigest() == output.md5, case  # noqa: S324 - DVC's
        return
    found = [
        {"md5": hashlib.md5(file.read_bytes()).hexdigest(), "relpath": str(file.relative_to(top / output.path))}  # noqa: S324
        for file in sorted((top / output.path).rglob("*"))
        if file.is_file()
    ]
    listing = json.dumps(found, sort_keys=True).encode()
    assert f"{hashlib.md5(listing).hexdigest()}.dir" == output.md5, case  # noqa: S324


@pytest.mark.parametrize("seeds", blocks(10, 400))
def test_a_damaged_record_on_a_branch_is_shown_as_it_stands_or_called_damaged(scene: Scene, seeds: range) -> None:
    repository = scene.repository
    record = repository.git("show", f"{WIDE}:metrics.toml").encode() + b"\n"
    message = repository.git("log", "-1", "--format=%B", WIDE)
    cases = {}
    for seed in seeds:
        how, content = damaged(record, Random(seed))
        place = repository.path.parent / "damaged-record"
        place.write_bytes(content)
        blob = repository.git("hash-object", "-w", "--no-filters", str(place))
        tree = repository.git("mktree", stdin=f"100644 blob {blob}\tmetrics.toml\n")
        commit = repository.git("commit-tree", tree, "-p", "main", stdin=message)
        repository.git("update-ref", f"refs/heads/exp/fix/case-{seed}", commit)
        cases[f"exp/fix/case-{seed}"] = content, f"seed {seed}: {how}"
    try:
        said = harmless(call(repository.path, "ls", "--json"), "all")
        rows = {row["name"]: row for row in json.loads(said.out)}
        checked = harmless(call(repository.path, "check", "--json"), "all").out
        for name, (content, case) in cases.items():
            held_against(rows[name], content, case)
            stands = rows[name]["metrics"] == rows[WIDE]["metrics"] and rows[name]["status"] != "damaged"
            assert stands or name in checked, case
            harmless(call(repository.path, "show", name, "--json"), case)
    finally:
        repository.git("update-ref", "--stdin", stdin="".join(f"delete refs/heads/{name}\n" for name in cases))


def held_against(row: dict[str, Any], content: bytes, case: str) -> None:
    """Holds a row against what a reader of its own makes of the record."""
    try:
        parse_record(content)
    except DamagedError:
        assert (row["status"], row["metrics"]) == ("damaged", {}), (case, row)
        assert "metrics.toml" in row["problem"], (case, row)
        return
    table = tomllib.loads(content.decode())
    for name, value in table.get("metrics", {}).items():
        assert repr(row["metrics"][name]) == repr(value) or value != value or abs(value) == float("inf"), (case, row)  # noqa: PLR0124


@pytest.mark.parametrize("seeds", blocks(4, 100))
def test_a_damaged_object_of_git_leaves_the_other_experiments(scene: Scene, seeds: range) -> None:
    repository = scene.repository
    others = {"exp/tune/wide-0000-0.5", "exp/tune/wide-0001-0.25"}
    specs = (DEEP, f"{DEEP}^{{tree}}", f"{DEEP}:metrics.toml", f"{DEEP}:metrics/history.csv", f"{DEEP}:model.bin.dvc")
    for seed in seeds:
        spec = specs[seed % len(specs)]
        oid = repository.git("rev-parse", spec)
        loose = repository.path / ".git" / "objects" / oid[:2] / oid[2:]
        how, content = damaged(loose.read_bytes(), Random(seed))
        case = f"seed {seed}: {spec}: {how}"
        for name in ("index.v2", "index.answer.v2"):
            (scene.state / name).unlink(missing_ok=True)
        with put(str(loose), content):
            said = harmless(call(repository.path, "ls", "--json"), case)
            if said.code == 0:
                assert others <= {row["name"] for row in json.loads(said.out)}, case
            else:
                assert said.code in (3, 5), (case, said)
            for command in (("show", DEEP, "--json"), ("diff", DEEP, WIDE), ("show", WIDE), ("doctor",), ("check",)):
                harmless(call(repository.path, *command), case)
    for name in ("index.v2", "index.answer.v2"):
        (scene.state / name).unlink(missing_ok=True)


def test_the_project_is_sound_after_all(scene: Scene, tmp_path: Path) -> None:
    copy = damaged_files.copied(scene, tmp_path / "copy")
    before = remember(copy.repository)
    path, content, _ = pick(copy, 1, derived(copy))
    Path(path).write_bytes(content)
    with contextlib.suppress(BranchlabError):
        open_store(str(copy.repository.path)).complete()
    assert_sound(copy.repository, before)


def test_a_file_whose_object_is_damaged_is_not_overwritten(scene: Scene, tmp_path: Path) -> None:
    copy = damaged_files.copied(scene, tmp_path / "copy")
    top = copy.repository.path
    assert call(top, "checkout", WIDE).code == 0
    model = (top / "model.bin").read_bytes()
    (top / "model.bin").unlink()
    (top / "model.bin").write_bytes(model)
    digest = hashlib.md5(model).hexdigest()  # noqa: S324 - DVC's
    cached = copy.cache / digest[:2] / digest[2:]
    cached.chmod(0o644)
    cached.write_bytes(model[::-1])
    said = call(top, "checkout", DEEP)
    assert said.code != 0
    assert (top / "model.bin").read_bytes() == model
