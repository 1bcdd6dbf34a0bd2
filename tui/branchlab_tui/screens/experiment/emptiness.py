"""What stands in the place of a section that has nothing to show, or nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab_tui.screens.experiment.shown import Shown
    from branchlab_tui.widgets.state_panel.state_panel import StatePanel

_HOW_TO_LOG = "run.log(loss=…) inside  with branchlab.start_run() as run:  makes curves"
# What each section is made of, besides the record.
_PARTS = {"curves": "curves", "log": "log", "commits": "commits"}


class Emptiness(NamedTuple):
    """Why there is nothing to see, and what would bring something."""

    kind: Literal["loading", "empty", "error"]
    what: str
    hint: str = ""

    def show(self, panel: StatePanel) -> None:
        """Says it in a panel."""
        if self.kind == "loading":
            panel.show_loading(self.what)
        elif self.kind == "empty":
            panel.show_empty(self.what, self.hint)
        else:
            panel.show_error(self.what, self.hint)


def emptiness(shown: Shown | None, section: str, key: str = "") -> Emptiness | None:
    """Returns what stands in the place of a section, None where the section itself does.

    `key` is what the view was asked for.
    """
    if not section:
        return None
    if shown is None:
        name = key.removeprefix("run:")
        what = f"{name} is not there any more" if key else "no experiment is chosen"
        return Emptiness("empty", what, "1 shows all of them; enter opens one")
    part = _PARTS.get(section, "exhibit")
    if part in shown.problems:
        return Emptiness("error", *shown.problems[part])
    match section:
        case "curves":
            return _no_curves(shown)
        case "log":
            return _no_log(shown)
        case "commits":
            missing = shown.commits is None and shown.one.commit is not None
        case _:
            missing = shown.exhibit is None
    return Emptiness("loading", "reading…") if missing else None


def _no_curves(shown: Shown) -> Emptiness | None:
    if shown.curves is None:
        return Emptiness("loading", "reading…")
    if shown.curves.problem:
        return Emptiness("error", shown.curves.problem, "branchlab check tells more")
    if shown.curves.series:
        return None
    if shown.live:
        return Emptiness("empty", "nothing was logged yet", "the curves begin with the first step")
    return Emptiness("empty", "no curve was logged", _HOW_TO_LOG)


def _no_log(shown: Shown) -> Emptiness | None:
    if shown.log:
        return None
    # `None` alone does not tell a log that was not looked for yet from one that was not kept.
    if not shown.log_read:
        return Emptiness("loading", "reading…")
    if shown.log == "":
        return Emptiness("empty", "its output is not on this machine", "u pulls it")
    if shown.one.commit is None:
        return Emptiness("empty", "nothing kept its output", "branchlab run -- COMMAND keeps what a command prints")
    return Emptiness("empty", "it printed nothing, or nothing kept it", "with DVC (branchlab init) the output is kept")
