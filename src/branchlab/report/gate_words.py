"""The words at the top of the report on a pull request: the verdict, what was compared, and what to beware of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.report.values import short_id

if TYPE_CHECKING:
    from branchlab.ci.comparison import Comparison, Outcome
    from branchlab.ci.sides import Held

_NAMED = 5


def verdict_words(outcome: Outcome) -> str:
    """Returns the verdict in one line, without mark."""
    comparison = outcome.comparison
    if comparison is None:
        return "could not compare"
    gates = len(comparison.gates)
    failed = sum(not gate.passed for gate in comparison.gates)
    if outcome.verdict == "unknown":
        return f"could not judge {_count(len(comparison.unseen), 'gate')} of {gates}"
    if outcome.verdict == "fail":
        return f"{_count(failed, 'gate')} of {gates} failed"
    return f"{'the gate holds' if gates == 1 else f'all {gates} gates hold'}" if gates else "no gates are set"


def compared_words(outcome: Outcome) -> str:
    """Returns what was compared with what, in one line."""
    comparison = outcome.comparison
    if comparison is None:
        return f"{outcome.head} against {outcome.base}" if outcome.head and outcome.base else ""
    revisions = comparison.revisions
    head = _named(revisions.head.name, revisions.head.commit)
    if revisions.base is None:
        return f"{head}, the first commit: there is nothing to compare it with"
    return f"{head} against {_named(revisions.base.name, revisions.base.commit)} ({revisions.how})"


def counted_words(comparison: Comparison) -> str:
    """Returns how many metrics got better or worse, in one line; empty when there is nothing to count."""
    plain = [change for change in comparison.difference.metrics if change.name == change.metric and change.goal]
    words = {"better": "better", "worse": "worse", "same": "same", "incomparable": "not comparable"}
    counts = {word: sum(change.verdict == verdict for change in plain) for verdict, word in words.items()}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) if plain else ""


def notices(outcome: Outcome) -> list[str]:
    """Returns what a reader must know beside the figures, one sentence each."""
    comparison = outcome.comparison
    if comparison is None:
        problem = outcome.problem
        return [f"{text[:1].upper()}{text[1:]}." for text in (problem.message, problem.hint) if text] if problem else []
    return [
        *_about_head(comparison),
        *_about_base(comparison),
        *([] if comparison.gates else ["branchlab.toml sets no gate, so nothing was judged."]),
        *_about_history(comparison),
    ]


def _about_head(comparison: Comparison) -> list[str]:
    side = comparison.head.side
    run = side.record.run
    base = comparison.base.side.record.run.id
    found = []
    if run.id == base:
        found.append("This branch recorded no run of its own: its record is that of the base.")
    if run.merged:
        found.append("The record was put together by a merge and is not measured again yet.")
    elif side.stale:
        found.append("The code of this commit is not the code that was measured: run it again, or record what ran.")
    if not run.exact:
        named = ", ".join(run.differs[:_NAMED])
        more = f" and {len(run.differs) - _NAMED} more" if len(run.differs) > _NAMED else ""
        files = f": {named}{more}" if named else ""
        found.append(f"The committed code is not the code that ran{files}. Run it again to be sure.")
    if run.status != "finished":
        code = f" (exit code {run.exit_code})" if run.exit_code is not None else ""
        found.append(f"The run did not finish: it {'was stopped' if run.status == 'stopped' else 'failed'}{code}.")
    return [*found, *_damaged_curves(comparison.head)]


def _about_base(comparison: Comparison) -> list[str]:
    revision = comparison.revisions.base
    if revision is None:
        return []
    if not comparison.base.recorded:
        return [f"{revision.name} has no record at {short_id(revision.commit)}: values have nothing to stand against."]
    found = _damaged_curves(comparison.base)
    if comparison.base.side.stale:
        found.append(f"The code of {revision.name} went on after its record: its values may be those of older code.")
    return found


def _damaged_curves(held: Held) -> list[str]:
    return [f"{held.problem[:1].upper()}{held.problem[1:]}: curves are left out."] if held.problem else []


def _about_history(comparison: Comparison) -> list[str]:
    found = []
    if comparison.unseen:
        found.append("This clone is shallow: fetch more history to judge what has to do with the past.")
    if comparison.revisions.merge:
        into = comparison.revisions.baseline
        found.append(
            f"The commit under test merges into {_named(into.name, into.commit)}; what was measured is the branch."
        )
    return found


def _named(name: str, commit: str) -> str:
    return short_id(commit) if commit.startswith(name) else f"{name} {short_id(commit)}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
