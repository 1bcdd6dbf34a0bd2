"""`sweep status`: how far one sweep is, or all of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from branchlab.report.page import Block, Facts, Line
from branchlab.report.style import DOWN, UP
from branchlab.report.sweep_trials import leaders, start_words, trial_objects
from branchlab.report.sweep_values import counted, gauge, title_of, values_words
from branchlab.report.table import Cell, Column, Table
from branchlab.report.values import seconds_since, show_scalar
from branchlab.sweep.analysis.edges import edges
from branchlab.sweep.analysis.history import history
from branchlab.sweep.analysis.hypervolume import volumes
from branchlab.sweep.analysis.progress import STATUSES
from branchlab.sweep.analysis.ranking import knee, score, value_of
from branchlab.text import format_age, format_duration, format_number, sparkline
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchlab.experiment import Scalar
    from branchlab.reading.sweep import Search
    from branchlab.sweep.analysis.edges import Edge
    from branchlab.sweep.analysis.progress import Limit, Progress
    from branchlab.sweep.trial import Trial

_GAUGE = 10
_CURVE = 40
_HOUR = 3600
_LEAST = 12


class Standing(NamedTuple):
    """A sweep and how far it is."""

    search: Search
    progress: Progress


def status_page(standing: Standing) -> list[Block]:
    """Returns the page of one sweep: the best first, then what ran, what is left, and what to look at."""
    search, progress = standing
    if not search.study.trials:
        return [Line(search.name, "bold"), Line(f"no trial yet: {start_words(search)}", "dim"), *_notes(search)]
    facts = [("state", state_words(standing)), *_leading(search), ("trials", trials_words(progress))]
    facts += [("budget", limits_words(progress.limits))] if progress.limits else []
    facts += [("time", time_words(progress))]
    facts += [("method", method_words(search))] if method_words(search) else []
    facts += curves(search)
    return [Line(search.name, "bold"), Facts(facts), *warnings(search)]


def warnings(search: Search) -> list[Block]:
    """Returns what a person should know: edges, nothing feasible, a file that cannot be read."""
    return [
        *_infeasible(search),
        *(Line(f"! {edge_words(one)}", "warn", indent=2) for one in found_edges(search)),
        *_failures(search),
        *_notes(search),
    ]


def found_edges(search: Search) -> list[Edge]:
    """Returns the edges that the best of one objective lies on; only a plan knows the ranges."""
    if search.plan is None or len(search.objectives.optimize) != 1:
        return []
    return edges(search.study, search.objectives, search.plan.space, search.value)


def edge_words(edge: Edge) -> str:
    """Returns what an edge means and what to do."""
    which = "lower" if edge.side == "low" else "upper"
    bound = format_number(edge.parameter.low if edge.side == "low" else edge.parameter.high)
    many = f", as in {edge.there} of the best {edge.of}" if edge.there > 1 else ""
    where = f"lies on the {which} edge of its range, {bound}{many}"
    return f"the best {edge.parameter.name}, {format_number(edge.value)}, {where}: {edge.remedy}"


def state_words(standing: Standing) -> str:
    """Returns whether a sweep runs, has ended, or can go on."""
    search, progress = standing
    if progress.counts["running"]:
        left = f", about {format_duration(progress.left)} to the end" if progress.left else ""
        return f"{counted(progress.counts['running'], 'trial')} running{left}"
    if progress.done:
        return f"ended: {_DONE[progress.done]}"
    more = f"; about {format_duration(progress.left)} to the end" if progress.left else ""
    return f"stopped; branchlab sweep resume goes on{more}" if search.plan else "nothing runs here"


_DONE = {
    "trials": "all trials of the budget have run",
    "space": "every combination has been tried",
    "hours": "its hours are spent",
    "cost": "its cost is spent",
    "patience": "it has not become better for as many trials as the budget waits",
}


def best_words(trial: Trial, search: Search) -> str:
    """Returns what a trial reached and which it is: `accuracy 0.94, trial 17`."""
    reached = [
        f"{one.metric} {show_scalar(value_of(trial, one.metric, search.value))}" for one in search.objectives.optimize
    ]
    held = [f"{one.metric} {show_scalar(trial.metrics.get(one.metric))}" for one in search.objectives.constraints]
    return f"{', '.join([*reached, *held])}: trial {trial.number}, {trial.branch}"


def trials_words(progress: Progress) -> str:
    """Returns the trials by how they ended."""
    parts = [f"{progress.counts[status]} {status}" for status in STATUSES if progress.counts[status]]
    reused = progress.counts["reused"]
    return ", ".join(parts) + (f" ({reused} reused, not run)" if reused else "")


def limits_words(limits: Sequence[Limit]) -> str:
    """Returns each limit with how much of it is used."""
    return " · ".join(limit_words(limit) for limit in limits)


def limit_words(limit: Limit) -> str:
    """Returns one limit as a gauge: `trials ███░░░ 12 of 40`."""
    name = {"patience": "without a better one", "space": "combinations"}.get(limit.name, limit.name)
    # A limit of 0 is used up.
    share = limit.used / limit.total if limit.total else 1.0
    if limit.name == "hours":
        used, total = (format_duration(hours * _HOUR) for hours in (limit.used, limit.total))
        return f"{gauge(share, _GAUGE)} {used} of {total}"
    return f"{gauge(share, _GAUGE)} {_amount(limit.used)} of {_amount(limit.total)} {name}"


def time_words(progress: Progress) -> str:
    """Returns how long trials take and took."""
    parts = [f"{format_duration(progress.wall)} so far"]
    if progress.typical is not None:
        parts.append(f"{format_duration(progress.typical)} a trial")
    # Only where trials ran side by side is it another figure.
    if progress.busy > progress.wall * 1.05:
        parts.append(f"{format_duration(progress.busy)} of all trials together")
    return ", ".join(parts)


def method_words(search: Search) -> str:
    """Returns how it searches, as the plan says or the newest trial."""
    if search.plan is None:
        return ", ".join(dict.fromkeys(trial.method for trial in search.study.trials if trial.method))
    plan = search.plan
    used = next((trial.method for trial in reversed(search.study.trials) if trial.method), "")
    # A plan says `auto`; which one that came to be only its trials tell.
    method = f"auto, {used}" if plan.method == "auto" and used and used != "auto" else plan.method
    how = f"in batches of {plan.batch}, seed {plan.seed}" if plan.mode == "batch" else f"asynchronous, seed {plan.seed}"
    return f"{method}, {how}; {search.source}"


def curves(search: Search) -> list[tuple[str, str]]:
    """Returns the best so far of each objective as a small curve, and the volume of the front."""
    found = []
    for objective in search.objectives.optimize:
        moments = history(search.study, search.objectives, objective.metric, search.value)
        points = [moment.best for moment in moments if moment.best is not None]
        # A curve that never rose says nothing that `best` does not.
        if len(set(points)) > 1:
            arrow = UP if objective.goal == "maximize" else DOWN
            ends = f"{format_number(points[0])} → {format_number(points[-1])}"
            found.append((f"{objective.metric} {arrow}", f"{sparkline(points, _CURVE)} {ends}"))
    shares = [one.share for one in volumes(search.study, search.objectives, search.value)]
    if len(set(shares)) > 1:
        found.append(("front", f"{sparkline(shares, _CURVE)} covers {shares[-1]:.0%} between the worst and the best"))
    return found


def _leading(search: Search) -> list[tuple[str, str]]:
    top = leaders(search)
    if not top:
        return []
    if len(search.objectives.optimize) == 1:
        return [("best", best_words(top[0], search)), ("with", values_words(top[0].values))]
    middle = knee(search.study, search.objectives, search.value)
    front = [("front", f"{counted(len(top), 'trial')} that no other beats: branchlab sweep best {search.name}")]
    return [*front, *([("knee", best_words(middle, search))] if middle else [])]


def _infeasible(search: Search) -> list[Line]:
    judged = score(search.study, search.objectives, search.value) if search.objectives.optimize else []
    # Where one keeps all constraints its violation is 0, and nothing is said.
    nearest = min(judged, key=lambda one: one.violation, default=None)
    if nearest is None or not nearest.violation:
        return []
    near = nearest.trial
    held = ", ".join(
        f"{one.metric} {show_scalar(near.metrics.get(one.metric))}" for one in search.objectives.constraints
    )
    return [Line(f"! no trial keeps every constraint; nearest is trial {near.number}: {held}", "warn", indent=2)]


def _failures(search: Search) -> list[Line]:
    """Returns why trials failed, where it is the same for most: it will not be better for the next one."""
    reasons = Counter(trial.reason for trial in search.study.trials if trial.status == "failed")
    if not reasons:
        return []
    (reason, count), failed = reasons.most_common(1)[0], reasons.total()
    why = f"{reason}{f', in {count} of them' if count < failed else ''}" if reason else "branchlab show says how"
    return [Line(f"! {counted(failed, 'trial')} failed: {why}", "warn", indent=2)]


def _notes(search: Search) -> list[Line]:
    return [Line(f"! {note}", "warn", indent=2) for note in search.notes]


def _amount(number: float) -> str:
    return format_number(number if number != int(number) else int(number))


def status_object(standing: Standing) -> dict[str, Any]:
    """Returns one sweep as a JSON object."""
    search, progress = standing
    top = leaders(search)
    return {
        "name": search.name,
        "source": search.source,
        "trials": {**progress.counts, "all": len(search.study.trials)},
        "limits": [{**limit._asdict(), "left": limit.left} for limit in progress.limits],
        "done": progress.done,
        "wall_seconds": progress.wall,
        "busy_seconds": progress.busy,
        "typical_seconds": progress.typical,
        "left_seconds": progress.left,
        "best": trial_objects(top, search),
        "edges": [
            {"parameter": one.parameter.name, "value": one.value, "side": one.side, "remedy": one.remedy}
            for one in found_edges(search)
        ],
        "notes": list(search.notes),
    }


def list_table(standings: Sequence[Standing], now: float) -> Table:
    """Returns one row per sweep."""
    columns = [
        Column("sweep", least=_LEAST),
        Column("trials", "right"),
        Column("finished", "right", drop=20),
        Column("pruned", "right", drop=50),
        Column("failed", "right", drop=40),
        Column("running", "right", drop=30),
        Column("best", least=_LEAST, keep="start"),
        Column("trial", "right", drop=10),
        Column("took", "right", drop=60),
        Column("age", "right", drop=55),
    ]
    return Table(columns, [_list_row(one, now) for one in standings])


def _list_row(standing: Standing, now: float) -> list[Cell]:
    search, progress = standing
    counts = progress.counts
    top = leaders(search)
    several = len(search.objectives.optimize) > 1
    reached = (
        ", ".join(
            f"{title_of(one.metric, search)} {show_scalar(value_of(top[0], one.metric, search.value))}"
            for one in search.objectives.optimize
        )
        if top and not several
        else f"front of {len(top)}"
        if top
        else ""
    )
    newest = max((trial.started for trial in search.study.trials), default="")
    age = seconds_since(newest, now)
    return [
        Cell(search.name, "bold"),
        Cell(str(len(search.study.trials))),
        Cell(str(counts["finished"])),
        Cell(str(counts["pruned"] or ""), "dim"),
        Cell(str(counts["failed"] or ""), "worse"),
        Cell(str(counts["running"] or ""), "live"),
        Cell(reached, "best"),
        Cell(str(top[0].number) if top and not several else "", "dim"),
        Cell(format_duration(progress.wall), "dim"),
        Cell("" if age is None else format_age(age), "dim"),
    ]


def list_rows(standings: Sequence[Standing]) -> tuple[list[str], list[list[Scalar]]]:
    """Returns header and rows of all sweeps for CSV."""
    header = [
        "name",
        "trials",
        *STATUSES,
        "reused",
        "best_trial",
        "best_branch",
        "wall_seconds",
        "busy_seconds",
        "done",
    ]
    rows: list[list[Scalar]] = []
    for search, progress in standings:
        top = leaders(search)
        rows.append(
            [
                search.name,
                len(search.study.trials),
                *(progress.counts[key] for key in (*STATUSES, "reused")),
                top[0].number if top else None,
                top[0].branch if top else None,
                progress.wall,
                progress.busy,
                progress.done,
            ]
        )
    return header, rows
