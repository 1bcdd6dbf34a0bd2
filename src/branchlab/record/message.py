"""The commit message of a record: a subject for people, the note, and git trailers for programs.

A note or a name comes from a user or a script. git takes trailers from the last paragraph only, and that one is
written here; lines of a note which look like ours, or like the end of a message, are set in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchlab.text import format_number, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchlab.experiment import Number
    from branchlab.project import Goal
    from branchlab.record.model import Record

RUN_TRAILER = "Branchlab-Run"
SUBJECT_LENGTH = 72  # git hosts cut what is longer

_NAME_LENGTH = 50
_NOTE_LENGTH = 4_000
_SHOWN_METRICS = 3
_TRAILERS = 32
# `---` ends a message for `git am` and for who reads trailers (https://git-scm.com/docs/git-interpret-trailers), and
# lines that begin with `#` go when a message is edited again (`--cleanup`, https://git-scm.com/docs/git-commit).
_SET_IN = re.compile(r"^(?=---|#|(?:metric|branchlab)-)", re.IGNORECASE | re.MULTILINE)


def commit_message(record: Record, name: str, goals: Mapping[str, Goal | None]) -> str:
    """Returns the message of the commit that holds a record.

    Metrics with a goal come first in the subject, in the order of `goals`, as many as fit into 72 characters.
    Values in trailers are exact; of more than 32 metrics, the first ones are named.
    """
    subject = _subject(record.run.status, name, in_order(record.metrics, goals))
    paragraphs = (subject, _body(record.run.note), "\n".join(trailers(record, goals)))
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def note_message(record: Record, name: str, goals: Mapping[str, Goal | None], *, stale: bool) -> str:
    """Returns the message of a commit that changes only the note of a record.

    It has the trailers of the commit that recorded the run, so that it holds the record just as well. On a branch whose
    tip does not (`stale`), it has none.
    """
    subject = f"{_shortened(safe_text(name), _NAME_LENGTH)}: {'new note' if record.run.note else 'no note'}"
    paragraphs = (subject, _body(record.run.note), "" if stale else "\n".join(trailers(record, goals)))
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def trailers(record: Record, goals: Mapping[str, Goal | None]) -> list[str]:
    """Returns the lines that a message ends with when its commit holds the record."""
    return [*_metric_trailers(in_order(record.metrics, goals)), f"{RUN_TRAILER}: {_token(record.run.id)}"]


def recorded_run(message: str) -> str:
    """Returns the id of the run that a commit records, by the last paragraph of its message; empty when none."""
    _, blank_line, last = message.rstrip().rpartition("\n\n")
    for line in last.split("\n"):
        if blank_line and line.startswith(f"{RUN_TRAILER}: "):
            return line.partition(": ")[2]
    return ""


def names_run(message: str, run: str) -> bool:
    """Says whether a commit is the one that recorded a run; after a squash its line may stand anywhere."""
    return f"\n{RUN_TRAILER}: {run}\n" in f"{message}\n"


def names_branch(message: str, name: str) -> bool:
    """Says whether the subject of a commit is one of ours for a branch of this name."""
    subject = message.partition("\n\n")[2].partition("\n")[0]  # behind the header of the commit
    return subject.startswith(f"{_shortened(safe_text(name), _NAME_LENGTH)}: ")


def contradictions(message: str, record: Record) -> list[str]:
    """Returns the trailers of a message that name a metric of the record with another value, or none of its metrics."""
    values: dict[str, set[str]] = {}
    for name, value in record.metrics.items():
        # A set: `val/loss` and `val-loss` have one key, and the message names either.
        values.setdefault(_token(name).lower(), set()).add(repr(value))
    last = message.rstrip().rpartition("\n\n")[2]
    named = (line.partition(": ") for line in last.split("\n") if line.startswith("Metric-"))
    return [f"{key}: {value}" for key, _, value in named if value not in values.get(key[len("Metric-") :].lower(), ())]


def in_order(metrics: Mapping[str, Number], goals: Mapping[str, object]) -> dict[str, Number]:
    """Returns metrics with those that have a goal first, in the order of `goals`, and all others by name."""
    judged = [name for name, goal in goals.items() if goal and name in metrics]
    return {name: metrics[name] for name in dict.fromkeys([*judged, *sorted(metrics)])}


def _subject(status: str, name: str, metrics: Mapping[str, Number]) -> str:
    parts = [] if status == "finished" else [status]
    parts += [f"{safe_text(metric)} {format_number(value)}" for metric, value in list(metrics.items())[:_SHOWN_METRICS]]
    subject = f"{_shortened(safe_text(name), _NAME_LENGTH)}: {parts[0] if parts else status}"
    for part in parts[1:]:
        if len(subject) + len(part) + 2 <= SUBJECT_LENGTH:
            subject += f", {part}"
    return _shortened(subject, SUBJECT_LENGTH)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _body(note: str) -> str:
    text = safe_text(note.replace("\r\n", "\n"), multiline=True)
    lines = (line.rstrip() for line in _shortened(text, _NOTE_LENGTH).split("\n"))
    return _SET_IN.sub("  ", "\n".join(lines).strip())


def _metric_trailers(metrics: Mapping[str, Number]) -> Iterator[str]:
    """Names each metric once; one that is written as git wants it goes before one that has to be changed."""
    chosen = list(metrics.items())[:_TRAILERS]
    named: dict[str, tuple[str, Number]] = {}
    for metric, value in sorted(chosen, key=lambda pair: _token(pair[0]) != pair[0]):
        token = _token(metric)
        if token:
            named.setdefault(token.lower(), (token, value))  # to git the keys `Metric-AUC` and `Metric-auc` are one
    for token, value in named.values():
        yield f"Metric-{token}: {value!r}"


def _token(name: str) -> str:
    """Returns a name in the letters that a trailer's key may have."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:_NAME_LENGTH]
