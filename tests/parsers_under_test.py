"""Every parser of branchlab behind one face: bytes go in, a value comes out, or an error of ours."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from branchlab.catalog.answer import load_answer
from branchlab.catalog.grammar import parse_query
from branchlab.catalog.index import find_entry, load_index, load_tail, project_key, tidy_index
from branchlab.check.objects import parse_commit
from branchlab.compare.extra_gates import with_gates
from branchlab.data.config import read_config
from branchlab.data.digest import listing_digest
from branchlab.data.pipeline import read_stages
from branchlab.data.pointer import Output, parse_pointer
from branchlab.data.store import Store, entries, object_path
from branchlab.errors import BranchlabError
from branchlab.git.repository import Repository
from branchlab.parameters.edit import set_values
from branchlab.parameters.files import load_parameters
from branchlab.parameters.overrides import Assignment, expand_grid, label, parse_override, split_key
from branchlab.parameters.values import guess
from branchlab.project import MetricRule, Settings, parse_settings
from branchlab.reading.output_text import shown_lines
from branchlab.record.format import dump_record, parse_record
from branchlab.record.history import parse_history
from branchlab.record.message import contradictions, names_branch, recorded_run
from branchlab.record.summary import read_summary, summarise
from branchlab.running.collect import collect_metrics
from branchlab.running.harvest import load_harvest
from branchlab.sweep.file import parse_plan
from branchlab.sweep.foreign import from_any
from branchlab.tracking.reading import read_journal, summary_metrics
from branchlab.tracking.state import read_state
from branchlab.workspace import Workspace
from branchlab_hooks.choice import read_last
from branchlab_hooks.merge_record import merge_records
from branchlab_hooks.pushed_refs import parse_refs
from branchlab_hooks.reference_transaction import _made as made_branches
from branchlab_hooks.textconv import flat_text
from branchlab_hooks.versions import Versions
from branchlab_tui.model.points import read_samples
from branchlab_tui.model.session import load_session
from branchlab_tui.screens.plots.table import read_table
from branchlab_tui.widgets.diff_view.parser import parse_patch
from sample_records import record
from sweep_files import PARAMS

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = Settings(metrics={"accuracy": MetricRule("maximize")})
OID = 40


class Parser(NamedTuple):
    """One parser.

    Attributes:
        read: takes the bytes.
        kind: which inputs are made for it: `toml`, `yaml`, `json`, `csv`, `lines` or `text`.
    """

    read: Callable[[bytes], Any]
    kind: str


def outcome(parser: Parser, content: bytes) -> BranchlabError | None:
    """Lets a parser read; returns the error of ours that it raised, None for a value. All else is the caller's."""
    try:
        parser.read(content)
    except BranchlabError as error:
        return error
    return None


@cache
def folder() -> str:
    """Returns a folder of this process for the parsers that read a file."""
    kept = tempfile.TemporaryDirectory(prefix="parsers-")
    _KEPT.append(kept)
    return kept.name


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _file(name: str, content: bytes) -> str:
    path = os.path.join(folder(), name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def _record(content: bytes) -> None:
    slow: object
    try:
        slow = summarise(parse_record(content))
    except BranchlabError as error:
        slow = error.message
    fast: object
    try:
        fast = read_summary(content)
    except BranchlabError as error:
        fast = error.message
    assert repr(fast) == repr(slow), "the fast way and the slow way disagree"
    if isinstance(slow, str):
        raise BranchlabError(slow)


def _journal(content: bytes) -> None:
    summary_metrics(read_journal(_file("journal.jsonl", content)))


def _state(content: bytes) -> None:
    _file("state.json", content)
    read_state(folder())


def _text(content: bytes) -> str:
    """Returns bytes as the command line and a text field give them."""
    return content.decode("utf-8", "surrogateescape")


def _override(content: bytes) -> None:
    override = parse_override(_text(content))
    for assignments in expand_grid([override])[:20]:
        label(assignments)
        for one in assignments:
            split_key(one.key)
            guess(one.value, "place")


def _set(name: str, base: bytes) -> Callable[[bytes], None]:
    """Sets the keys of a small file to what the bytes say, as the TUI's form does."""

    def read(content: bytes) -> None:
        problem: BranchlabError | None = None
        for key, add in (("lr", False), ("layers", False), ("name", False), ("new.key", True)):
            try:
                set_values(name, base, [Assignment(None, key, _text(content), add)])
            except BranchlabError as error:
                problem = error
        if problem:
            raise problem

    return read


def _edit(name: str) -> Callable[[bytes], None]:
    """Changes whatever the bytes hold, so that the writers meet what the readers accept."""

    def read(content: bytes) -> None:
        table = load_parameters(name, content)
        key = next(iter(table), "")
        quoted = f'"{key}"' if '"' not in key else key
        set_values(name, content, [Assignment(None, quoted, "7", add=not key)])

    return read


def _collected(name: str) -> Callable[[bytes], None]:
    def read(content: bytes) -> None:
        _file(name, content)
        collect_metrics(folder(), [name])

    return read


def _foreign(content: bytes) -> None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return
    from_any(value)


def _index(content: bytes) -> None:
    path = _file("index.v2", content)
    for index in (load_index(path, project_key(""), OID), load_tail(path, project_key(""), OID, 4)):
        for oid in list(index.lines)[:100]:
            find_entry(index, oid)
    tidy_index(path, [b"a" * OID])
    load_answer(_file("index.answer.v2", content), b"0123456701234567")


def _message(content: bytes) -> None:
    text = content.decode(errors="replace")
    recorded_run(text)
    names_branch(text, "exp/model/a")
    contradictions(text, record())
    parse_commit(content)


def _session(content: bytes) -> None:
    os.makedirs(os.path.join(folder(), "branchlab"), exist_ok=True)
    _file("branchlab/ui.json", content)
    place = folder()
    load_session(Workspace(Repository(place, place, place), "", SETTINGS, initialised=True))


def _merged(content: bytes) -> None:
    other = record(run={"id": "20261120T230115-000000"})
    for theirs in (other, other._replace(run=record().run)):
        merge_records(Versions("metrics.toml", b"", dump_record(theirs), content), "ours")


def _samples(content: bytes) -> None:
    read_samples(_file("system.csv", content))


def _harvest(content: bytes) -> None:
    _file("harvest", content)
    load_harvest(folder())


def _objects(content: bytes) -> None:
    """Reads a listing of DVC's cache whose digest is right."""
    digest = listing_digest(content)
    store = Store(folder(), os.path.join(folder(), "cache"), {}, {})
    path = object_path(store, digest)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    entries(store, Output("data", digest, 0))
    os.unlink(path)


PARSERS: dict[str, Parser] = {
    "record": Parser(_record, "toml"),
    "record below a commit": Parser(read_last, "toml"),
    "record to be merged": Parser(_merged, "toml"),
    "record as text": Parser(flat_text, "toml"),
    "settings": Parser(parse_settings, "toml"),
    "sweep file": Parser(lambda content: parse_plan(content, "sweep.toml", SETTINGS, PARAMS), "toml"),
    "TOML parameters": Parser(lambda content: load_parameters("params.toml", content), "toml"),
    "YAML parameters": Parser(lambda content: load_parameters("params.yaml", content), "yaml"),
    "JSON parameters": Parser(lambda content: load_parameters("params.json", content), "json"),
    "pointer": Parser(lambda content: parse_pointer("model.bin.dvc", content), "yaml"),
    "lock": Parser(lambda content: parse_pointer("dvc.lock", content), "yaml"),
    "pipeline": Parser(lambda content: read_stages("dvc.yaml", content), "yaml"),
    "configuration of DVC": Parser(lambda content: read_config(_file("config", content)), "lines"),
    "listing of DVC": Parser(_objects, "json"),
    "journal": Parser(_journal, "json"),
    "state": Parser(_state, "json"),
    "harvest": Parser(_harvest, "json"),
    "session": Parser(_session, "json"),
    "foreign space": Parser(_foreign, "json"),
    "history": Parser(parse_history, "csv"),
    "plot": Parser(read_table, "csv"),
    "plot in JSON": Parser(lambda content: read_table(content, ".json"), "json"),
    "samples": Parser(_samples, "csv"),
    "collected CSV": Parser(_collected("found.csv"), "csv"),
    "collected JSON": Parser(_collected("found.json"), "json"),
    "collected YAML": Parser(_collected("found.yaml"), "yaml"),
    "collected TOML": Parser(_collected("found.toml"), "toml"),
    "query": Parser(lambda content: parse_query(_text(content), SETTINGS), "text"),
    "gate": Parser(lambda content: with_gates(SETTINGS, [_text(content)]), "text"),
    "override": Parser(_override, "text"),
    "value in TOML": Parser(_set("params.toml", b'lr = 0.1\nlayers = [1, 2]\nname = "a"\n'), "text"),
    "value in YAML": Parser(_set("params.yaml", b"lr: 0.1\nlayers: [1, 2]\nname: a\n"), "text"),
    "value in JSON": Parser(_set("params.json", b'{"lr": 0.1, "layers": [1, 2], "name": "a"}'), "text"),
    "output": Parser(shown_lines, "lines"),
    "patch": Parser(lambda content: parse_patch(_text(content)), "lines"),
    "pushed refs": Parser(parse_refs, "lines"),
    "made refs": Parser(made_branches, "lines"),
    "message": Parser(_message, "lines"),
    "index": Parser(_index, "lines"),
}
# What changes a file has to read it several times, so these have no bound on their time.
EDITORS: dict[str, Parser] = {
    "edited TOML": Parser(_edit("params.toml"), "toml"),
    "edited YAML": Parser(_edit("params.yaml"), "yaml"),
    "edited JSON": Parser(_edit("params.json"), "json"),
}
