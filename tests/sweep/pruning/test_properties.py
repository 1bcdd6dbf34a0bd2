from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from branchlab.sweep.plan import Pruning
from branchlab.sweep.pruning.bank import Bank
from branchlab.sweep.pruning.curve import until
from branchlab.sweep.pruning.judge import Judge, judge
from pruned_curves import ACCURACY, LOSS, bank_of, compared_rules, curves, many_curves, steps, values

if TYPE_CHECKING:
    from pruned_curves import Values

MORE = 100  # number of a trial that is in no bank


@settings(max_examples=40, deadline=None)
@given(many_curves, st.sampled_from(["median", "percentile"]), st.sampled_from([0.0, 10.0, 50.0, 99.0, 100.0]))
def test_a_trial_that_is_best_at_each_step_is_never_pruned_beside_others(
    others: list[Values], rule: str, percentile: float
) -> None:
    rules = (Pruning("median" if rule == "median" else "percentile", min_trials=0, percentile=percentile),)
    length = max(map(len, others))
    best = [min(of[min(step, len(of) - 1)] for of in others) for step in range(length)]
    assert judge(rules, LOSS, {"loss": steps(best)}, bank_of(rules[0], others)) is None


@settings(max_examples=40, deadline=None)
@given(many_curves, compared_rules.map(lambda rule: rule._replace(rule="halving")))
def test_a_trial_that_is_best_at_each_step_climbs_to_the_top(others: list[Values], rule: Pruning) -> None:
    best = [min(of[step] for of in others if step < len(of)) for step in range(max(map(len, others)))]
    assert judge((rule,), LOSS, {"loss": steps(best)}, bank_of(rule, others), number=MORE) is None


@settings(max_examples=40, deadline=None)
@given(many_curves, curves, compared_rules)
def test_a_longer_curve_never_takes_a_reason_back(others: list[Values], mine: Values, rule: Pruning) -> None:
    bank = bank_of(rule, others)
    reasons = [judge((rule,), LOSS, {"loss": steps(mine[:end])}, bank, number=MORE) for end in range(len(mine) + 1)]
    known = [reason for reason in reasons if reason]
    assert reasons == [None] * (len(reasons) - len(known)) + known
    assert len(set(known)) <= 1


@settings(max_examples=40, deadline=None)
@given(many_curves, curves, compared_rules, st.data())
def test_a_worse_curve_is_pruned_no_later(
    others: list[Values], mine: Values, rule: Pruning, data: st.DataObject
) -> None:
    assume(rule.rule != "gain")  # what looks at gains forgives a bad start
    bank, worse = bank_of(rule, others), [value + data.draw(st.sampled_from([0.0, 0.25, 3.0])) for value in mine]
    first, second = Judge((rule,), LOSS, bank, number=MORE), Judge((rule,), LOSS, bank, number=MORE)
    first.look({"loss": steps(mine)})
    second.look({"loss": steps(worse)})
    if first.step is not None:
        assert second.step is not None
        assert second.step <= first.step


@settings(max_examples=40, deadline=None)
@given(many_curves, curves, compared_rules, st.randoms())
def test_the_order_of_the_others_does_not_matter(
    others: list[Values], mine: Values, rule: Pruning, random: object
) -> None:
    order = list(enumerate(others))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis draws one of its own class
    shuffled = Bank((rule,), LOSS)
    for number, of in order:
        shuffled.add(number, {"loss": steps(of)})
    expected = judge((rule,), LOSS, {"loss": steps(mine)}, bank_of(rule, others), number=MORE)
    assert judge((rule,), LOSS, {"loss": steps(mine)}, shuffled, number=MORE) == expected


@settings(max_examples=40, deadline=None)
@given(many_curves, curves, compared_rules, st.data())
def test_a_trial_that_was_taken_back_was_never_there(
    others: list[Values], mine: Values, rule: Pruning, data: st.DataObject
) -> None:
    bank = bank_of(rule, others)
    bank.add(0, {"loss": steps(data.draw(curves))}, finished=data.draw(st.booleans()))
    bank.add(0, {"loss": steps(others[0])})
    bank.add(MORE + 1, {"loss": steps(data.draw(curves))})
    bank.remove(MORE + 1)
    expected = judge((rule,), LOSS, {"loss": steps(mine)}, bank_of(rule, others), number=MORE)
    assert judge((rule,), LOSS, {"loss": steps(mine)}, bank, number=MORE) == expected


@settings(max_examples=40, deadline=None)
@given(many_curves, curves, compared_rules, st.data())
def test_it_does_not_matter_how_often_somebody_looks(
    others: list[Values], mine: Values, rule: Pruning, data: st.DataObject
) -> None:
    bank = bank_of(rule, others)
    follower = Judge((rule,), LOSS, bank, number=MORE)
    for end in sorted({*data.draw(st.lists(st.integers(0, len(mine)))), len(mine)}):
        follower.look({"loss": steps(mine[:end])})
    assert follower.reason == judge((rule,), LOSS, {"loss": steps(mine)}, bank, number=MORE)


@settings(max_examples=40, deadline=None)
@given(many_curves, curves, compared_rules)
def test_what_was_logged_while_it_was_being_ended_is_no_part_of_a_trial(
    others: list[Values], mine: Values, rule: Pruning
) -> None:
    bank = bank_of(rule, others)
    follower = Judge((rule,), LOSS, bank, number=MORE)
    reason = follower.look({"loss": steps(mine)})
    assume(follower.step is not None)
    known = until({"loss": steps(mine)}, follower.step or 0)
    assert len(known["loss"]) == (follower.step or 0) + 1
    assert judge((rule,), LOSS, known, bank, number=MORE) == reason


@settings(max_examples=40, deadline=None)
@given(many_curves, curves, compared_rules)
def test_more_is_better_where_the_goal_says_so(others: list[Values], mine: Values, rule: Pruning) -> None:
    turned = [[-value for value in of] for of in others]
    low, high = Judge((rule,), LOSS, bank_of(rule, others)), Judge((rule,), ACCURACY, bank_of(rule, turned, ACCURACY))
    low.look({"loss": steps(mine)})
    high.look({"accuracy": steps([-value for value in mine])})
    assert low.step == high.step


@settings(max_examples=40, deadline=None)
@given(many_curves, st.lists(values), st.sampled_from([math.nan, math.inf, -math.inf, 10**400]), compared_rules)
def test_what_is_no_number_ends_a_trial_whatever_the_rules(
    others: list[Values], before: Values, strange: float, rule: Pruning
) -> None:
    for rules in ((), (rule,)):
        follower = Judge(rules, LOSS, bank_of(rule, others), number=MORE)
        expected = f"nan: loss is {'not a number' if strange != strange else 'infinite'} at step {len(before)}"  # noqa: PLR0124
        reason = follower.look({"loss": steps([*before, strange])})
        assert reason == expected or (rules and reason is not None and follower.step is not None)
        assert follower.step is not None
        assert follower.step <= len(before)


@settings(max_examples=40, deadline=None)
@given(many_curves, curves, st.integers(0, 3))
def test_others_without_a_number_are_as_if_they_had_not_logged(others: list[Values], mine: Values, least: int) -> None:
    rule = Pruning("median", min_trials=least)
    bank, with_strange = bank_of(rule, others), bank_of(rule, others)
    with_strange.add(MORE, {"loss": steps([math.nan] * 12)}, finished=False)
    whole = {"loss": steps(mine)}
    assert judge((rule,), LOSS, whole, with_strange) == judge((rule,), LOSS, whole, bank)
