"""One immutable look at the repository; every screen shows the newest one it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchlab.experiment import Experiment
    from branchlab.workspace import Workspace
    from branchlab_tui.model.live import Live


class Snapshot(NamedTuple):
    """What the repository held at one moment.

    Attributes:
        generation: grows with every new look.
        workspace: the project and its settings.
        experiments: newest first, runs that are not recorded among them; may decode a row only when it is asked for.
        places: where each row key is in `experiments`.
        head: the branch that is checked out, empty when none is.
        baseline: the baseline as an experiment, None when it has no record.
        complete: False while older experiments are still being read; columns and best values may then change.
        problem: why the last reading failed; everything else is then what was read before.
        live: how far each running run is, by row key.
        layout: the same for snapshots that have the same rows in the same places.
    """

    generation: int
    workspace: Workspace
    experiments: Sequence[Experiment]
    places: Mapping[str, int]
    head: str = ""
    baseline: Experiment | None = None
    complete: bool = True
    problem: str = ""
    live: Mapping[str, Live] = {}
    layout: int = 0

    def find(self, key: str) -> Experiment | None:
        """Returns the experiment with this row key, the baseline's too; None when it is gone."""
        place = self.places.get(key)
        if place is not None:
            return self.experiments[place]
        return self.baseline if self.baseline and row_key(self.baseline) == key else None

    def became(self, runs: Iterable[str]) -> dict[str, Experiment]:
        """Returns the experiments that these runs are now, by the run; those that are on a branch before others.

        It looks at every row, so it is for runs whose own row is gone.
        """
        wanted = set(runs) - {""}
        found: dict[str, Experiment] = {}
        for one in self.experiments if wanted else ():
            if one.run in wanted and (one.run not in found or (one.commit and not found[one.run].commit)):
                found[one.run] = one
        return found

    def follow(self, key: str) -> Experiment | None:
        """Returns the experiment with this row key; a run that a branch holds by now is found by its id."""
        found, run = self.find(key), run_of(key)
        return found if found or not run else self.became([run]).get(run)


def run_of(key: str) -> str:
    """Returns the run that a row key is of; empty for a branch."""
    return key.removeprefix("run:") if key.startswith("run:") else ""


def row_key(experiment: Experiment) -> str:
    """Returns what stays the same about a row: the branch, or the id of a run that no branch holds yet."""
    # With a colon, which no branch has in its name: a branch may have the id of a run as its name.
    return experiment.name if experiment.commit else f"run:{experiment.run}"


def command_name(experiment: Experiment) -> str:
    """Returns what a command of the shell calls it: the branch, or the id of the run."""
    return experiment.name if experiment.commit else experiment.run
