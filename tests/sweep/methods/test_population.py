from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.sweep.methods.choose import make_method
from branchlab.sweep.plan import Parameter, Population
from branchlab.sweep.space import check_values
from branchlab.sweep.trial import Told
from sweep_in_hand import LOSS, plan

if TYPE_CHECKING:
    from branchlab.sweep.trial import Proposal

SPACE = (Parameter("lr", "float", 1e-3, 1.0, log=True), Parameter("layers", "int", 1, 8))
PLAN = plan(SPACE, "pbt")._replace(population=Population(4, 3, truncation=0.25, factors=(0.5, 2.0), resample=0.0))


def ask(told: list[Told], count: int, number: int) -> list[Proposal]:
    return make_method(PLAN, LOSS, seed=1).ask(told, count, number)


def generation(losses: tuple[float | None, ...]) -> list[Told]:
    told = []
    for number, (loss, proposal) in enumerate(zip(losses, ask([], 4, 0), strict=True)):
        told.append(Told(number, proposal.values, None if loss is None else (loss,)))
    return told


def test_the_first_generation_is_fresh_and_a_question_ends_with_it() -> None:
    proposals = ask([], 99, 0)
    assert [(proposal.origin, proposal.generation) for proposal in proposals] == [(None, 0)] * 4


def test_good_members_go_on_and_the_worst_becomes_a_changed_copy_of_the_best() -> None:
    told = generation((0.3, 0.1, 0.9, 0.2))
    proposals = ask(told, 4, 4)
    assert [proposal.origin for proposal in proposals] == [0, 1, 1, 3]
    assert {proposal.generation for proposal in proposals} == {1}
    assert [proposal.values for proposal in proposals[:2]] == [told[0].values, told[1].values]
    copied, best = proposals[2].values, told[1].values
    ratio = float(str(copied["lr"])) / float(str(best["lr"]))
    assert min(abs(ratio - factor) for factor in (0.5, 2.0)) < 1e-3 or copied["lr"] in (1e-3, 1.0)
    assert check_values(SPACE, copied) is None


def test_a_member_that_failed_is_replaced() -> None:
    assert ask(generation((0.3, None, 0.9, 0.2)), 4, 4)[1].origin == 3


def test_nothing_is_proposed_while_nothing_of_the_generation_before_has_a_loss() -> None:
    assert ask(generation((None, None, None, None)), 4, 4) == []


def test_there_is_nothing_behind_the_last_generation() -> None:
    assert ask(generation((0.3, 0.1, 0.9, 0.2)), 4, 12) == []


def test_what_a_member_becomes_does_not_depend_on_how_many_are_asked_for() -> None:
    told = generation((0.3, 0.1, 0.9, 0.2))
    assert [ask(told, 1, number)[0] for number in range(4, 8)] == ask(told, 4, 4)


def test_a_part_of_a_divided_sweep_has_a_population_of_its_own() -> None:
    method = make_method(PLAN, LOSS, seed=1, share=(1, 2))
    first = method.ask([], 4, 4)
    told = [Told(4 + place, proposal.values, (0.1 * place,)) for place, proposal in enumerate(first)]
    second = method.ask(told, 4, 12)
    assert [proposal.generation for proposal in first] == [0] * 4
    assert [(proposal.origin, proposal.generation) for proposal in second] == [(4, 1), (5, 1), (6, 1), (4, 1)]
