"""The words at the top of the report on a pull request: the verdict, what was compared, and what to beware of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.values import short_id

if TYPE_CHECKING:
    from branchlab.ci.judging import Judged, Outcome
    from branchlab.ci.sides import Held
    from branchlab.compare.difference import Side

_NAMED = 3


def verdict_words(outcome: Outcome) -> str:
    """Returns the verdict in one line, without mark."""
    judged = outcome.judged
    if judged is None:
        return "could not compare"
    gates, unseen = len(judged.gates), len(judged.unseen)
    failed = sum(not gate.passed for gate in judged.gates) - unseen
    of_all = f"of {gates} {'gate' if gates == 1 else 'gates'}"
    told = [f"{failed} {of_all} failed"] if failed else []
    told += [f"{unseen} {'' if told else f'{of_all} '}could not be judged"] if unseen else []
    if told:
        return ", ".join(told)
    return f"{'the gate holds' if gates == 1 else f'all {gates} gates hold'}" if gates else "no gates are set"


def compared_words(outcome: Outcome) -> str:
    """Returns what was compared with what, in one line; several projects of a repository have a report each."""
    place = f"{outcome.project}: " if outcome.project else ""
    judged = outcome.judged
    if judged is None:
        return f"{place}{outcome.head} against {outcome.base}" if outcome.head and outcome.base else outcome.project
    revisions = judged.revisions
    head = place + _named(revisions.head.name, revisions.head.commit)
    if revisions.base is None:
        return f"{head}, the first commit: there is nothing to compare it with"
    return f"{head} against {_named(revisions.base.name, revisions.base.commit)} ({revisions.how})"


def note_words(judged: Judged | None) -> str:
    """Returns what the run noted, in one line; empty when it noted nothing."""
    return " ".join(judged.head.side.record.run.note.split()) if judged else ""


def counted_words(judged: Judged) -> str:
    """Returns how many metrics got better or worse, in one line; empty when there is nothing to count."""
    # Splits and slices would be counted beside the metric that they are a view of.
    plain = [change for change in judged.difference.metrics if change.name == change.metric and change.goal]
    words = {"better": "better", "worse": "worse", "same": "same", "incomparable": "not comparable"}
    counts = {word: sum(change.verdict == verdict for change in plain) for verdict, word in words.items()}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) if plain else ""


def notices(outcome: Outcome) -> list[str]:
    """Returns what a reader must know beside the figures, one sentence each."""
    judged = outcome.judged
    if judged is None:
        problem = outcome.problem
        hint = f" Hint: {problem.hint}" if problem and problem.hint else ""
        return [f"{problem.message}.{hint}"] if problem else []
    return [
        *_about_head(judged),
        *_about_base(judged),
        *([] if judged.gates else ["branchlab.toml sets no gate, so nothing was judged."]),
        *_about_history(judged),
    ]


def _about_head(judged: Judged) -> list[str]:
    held = judged.head
    # A branch without a run of its own carries the record that it was made with.
    same = held.side.record.run.id == judged.base.side.record.run.id
    has_gate = any(gate.kind == "record" for gate in judged.gates)
    return [
        *(["This branch recorded no run of its own: its record is that of the base."] if same else []),
        *([] if has_gate else _about_record(held.side)),
        *_damaged_curves(held),
    ]


def _about_record(side: Side) -> list[str]:
    """Says what the gate on the record says, where there are no gates."""
    run = side.record.run
    found = []
    if run.merged:
        found.append("The record was put together by a merge and is not measured again yet.")
    elif run.differs or side.stale:
        named = f": {', '.join(run.differs[:_NAMED])}" if run.differs else ""
        found.append(f"The code of this commit is not the code that was measured{named}.")
    if run.status != "finished":
        found.append(f"The run did not finish: it {'was stopped' if run.status == 'stopped' else 'failed'}.")
    return found


def _about_base(judged: Judged) -> list[str]:
    revision = judged.revisions.base
    if revision is None:
        return []
    if not judged.base.recorded:
        # A base that was named by its commit id is not called by it twice.
        at = "" if revision.commit.startswith(revision.name) else f" at {short_id(revision.commit)}"
        remedy = "On that branch, branchlab run --here makes one."
        return [f"{revision.name} has no record{at}: values have nothing to stand against. {remedy}"]
    found = _damaged_curves(judged.base)
    if judged.base.side.stale:
        found.append(f"The code of {revision.name} went on after its record: its values may be those of older code.")
    return found


def _damaged_curves(held: Held) -> list[str]:
    return [f"{held.problem}: curves are left out."] if held.problem else []


def _about_history(judged: Judged) -> list[str]:
    found = []
    if judged.unseen:
        found.append("This clone is shallow: fetch more history to judge what has to do with the past.")
    if judged.revisions.merge:
        into = judged.revisions.baseline
        found.append(
            f"The commit under test merges into {_named(into.name, into.commit)}; what was measured is the branch."
        )
    return found


def _named(name: str, commit: str) -> str:
    return short_id(commit) if commit.startswith(name) else f"{name} {short_id(commit)}"
