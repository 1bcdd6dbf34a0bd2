"""What is known of experiments is carried over to the next snapshot, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from branchlab.experiment import Experiment
from branchlab_tui.model.sheet import Sheet, sheet_of
from random_experiments import SETTINGS, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Sequence

POOL = [Experiment(str(number), str(number), "finished") for number in range(12)]
PICKS = st.lists(st.sampled_from(POOL), unique_by=id, max_size=10)


@given(PICKS, PICKS)
def test_a_column_is_as_if_made_anew(before: list[Experiment], after: list[Experiment]) -> None:
    first = Sheet(before, SETTINGS)
    made: list[Experiment] = []

    def names(ones: Sequence[Experiment]) -> list[str]:
        made.extend(ones)
        return [one.name for one in ones]

    first.column("name", names)
    made.clear()
    second = first.followed_by(after)
    assert second.column("name", names) == [one.name for one in after]
    assert {id(one) for one in made} == {id(one) for one in after} - {id(one) for one in before}


def test_a_live_run_that_grew_is_the_only_one_looked_at() -> None:
    made: list[str] = []

    def names(ones: Sequence[Experiment]) -> list[str]:
        made.extend(one.name for one in ones)
        return [one.name for one in ones]

    sheet_of(snapshot_of(POOL)).column("name", names)
    made.clear()
    grown = POOL[3]._replace(note="grown")
    sheet = sheet_of(snapshot_of([*POOL[:3], grown, *POOL[4:]]))
    assert sheet.column("name", names)[3] == "3"
    assert made == ["3"]


def test_other_settings_make_everything_anew() -> None:
    sheet_of(snapshot_of(POOL)).column("name", lambda ones: ["old" for _ in ones])
    other = sheet_of(snapshot_of(POOL, SETTINGS._replace(baseline="trunk")))
    assert other.column("name", lambda ones: ["new" for _ in ones])[0] == "new"


def test_the_sample_is_taken_from_everywhere() -> None:
    many = [Experiment(str(number), str(number), "finished") for number in range(1000)]
    sample = Sheet(many, SETTINGS).sample()
    assert len(sample) <= 200
    assert int(sample[-1].name) > 900
