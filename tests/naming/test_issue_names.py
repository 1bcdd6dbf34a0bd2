"""Names that carry the number of an issue, and names by the types of conventional branches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from branchlab.errors import UsageError
from branchlab.naming import compile_rule, compose, split_issue, to_fill_in
from branchlab.project import Naming
from branchlab.running.names import Name, choose_name, complete_name
from command_line import branchlab

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository

ISSUES = Naming(pattern="exp/{type}/{issue}-{slug}")
RULE = compile_rule(ISSUES)
CONVENTIONAL = Naming(pattern="{type}/{issue}-{slug}", types=("feature", "bugfix", "hotfix", "release", "chore"))
DATE = "2026-11-20"


def _suggest(name: str) -> str:
    return RULE.suggest(name, user="ada", date=DATE)


def _complete(asked: str, issue: str = "", naming: Naming = ISSUES) -> str:
    return complete_name(naming, asked, user="ada", date=DATE, issue=issue)


def _chosen(current: str | None, *, label: str = "", issue: str = "") -> Name:
    return choose_name(ISSUES, "", current=current, label=label, run="x-7f3a9c", user="ada", issue=issue)


@pytest.mark.parametrize(
    ("name", "issue", "slug"),
    [
        ("exp/model/123-wider", "123", "wider"),
        ("exp/fix/PROJ-123-wide-net", "PROJ-123", "wide-net"),
        ("exp/fix/A1_B-9-2", "A1_B-9", "2"),
        ("exp/tune/7-0.1-deep", "7", "0.1-deep"),
    ],
)
def test_an_issue_is_a_number_or_a_key_with_one(name: str, issue: str, slug: str) -> None:
    fields = RULE.fields(name)
    assert fields is not None
    assert (fields["issue"], fields["slug"]) == (issue, slug)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("exp/model/wide-net", "issue 'wide' is not written like 123 or PROJ-123"),
        ("exp/model/proj-12-net", "issue 'proj-12' is not written like 123 or PROJ-123"),
        ("exp/model/#12-net", "issue '#12' is not written like"),
        ("exp/model/wider", "it does not follow exp/{type}/{issue}-{slug}"),
        ("exp/model/123", "it does not follow"),
    ],
)
def test_a_name_without_an_issue_is_refused_with_its_reason(name: str, reason: str) -> None:
    assert not RULE.accepts(name)
    assert reason in (RULE.check(name) or "")


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("exp/model/proj-12-wide-net", "exp/model/PROJ-12-wide-net"),
        ("exp/model/#12-net", "exp/model/12-net"),
        ("fix/123_new-lr", "exp/fix/123-new-lr"),
        ("feature/#44-x", "exp/feature/44-x"),
        ("PROJ-9/thing", "exp/model/PROJ-9-thing"),
        ("123", "exp/model/123-untitled"),
        ("exp/model/wide-net", "exp/model/0-wide-net"),
        ("resnet-50", "exp/model/0-resnet-50"),
    ],
)
def test_a_suggestion_keeps_the_issue(name: str, better: str) -> None:
    assert _suggest(name) == better
    assert ("in place of 0" in to_fill_in(RULE, better)) == ("/0-" in better)


@given(st.text(max_size=30) | st.text("aZ019#.-_/ PROJ", max_size=30), st.sampled_from([ISSUES, CONVENTIONAL]))
def test_every_suggestion_with_an_issue_is_accepted(name: str, naming: Naming) -> None:
    rule = compile_rule(naming)
    assert rule.accepts(rule.suggest(name, user="ada", date=DATE))


@given(st.from_regex(r"\A(?:[0-9]{1,5}|[A-Z][A-Z0-9]{1,4}-[0-9]{1,4})\Z"), st.from_regex(r"\A[a-z][a-z0-9]{0,6}\Z"))
def test_a_composed_name_gives_its_issue_back(issue: str, slug: str) -> None:
    name = compose(RULE, type="fix", slug=slug, user="ada", date=DATE, issue=issue)
    assert RULE.fields(name) == {"type": "fix", "issue": issue, "slug": slug}
    assert compose(RULE, type="fix", slug=f"{issue}-{slug}", user="ada", date=DATE) == name
    assert split_issue(f"{issue} {slug}") == (issue, slug)


@pytest.mark.parametrize(
    ("asked", "issue", "full"),
    [
        ("123-wider", "", "exp/model/123-wider"),
        ("fix/PROJ-1-x", "", "exp/fix/PROJ-1-x"),
        ("wider", "#7", "exp/model/7-wider"),
        ("wider", "gh-7", "exp/model/GH-7-wider"),
        ("7-wider", "7", "exp/model/7-wider"),
        ("2-layers", "7", "exp/model/7-2-layers"),
        ("exp/fix/123-a", "123", "exp/fix/123-a"),
    ],
)
def test_the_issue_is_said_or_found_in_the_name(asked: str, issue: str, full: str) -> None:
    assert _complete(asked, issue) == full


@pytest.mark.parametrize(
    ("asked", "issue", "message", "hint"),
    [
        ("wider", "", "wants an issue", "--issue 123, or begin the name with it: 123-wider"),
        ("wider", "x y", "'x y' is no issue", "write it like 123 or PROJ-123"),
        ("exp/fix/123-a", "7", "names another issue than 7", "leave out --issue"),
        ("123", "", "does not follow", "use exp/model/123-untitled"),
        ("Wider", "", "does not follow", "use exp/model/0-wider with the number of the issue in place of 0"),
    ],
)
def test_an_issue_that_is_missing_or_wrong_is_said(asked: str, issue: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        _complete(asked, issue)
    assert caught.value.hint == hint


def test_an_issue_alone_makes_no_name() -> None:
    with pytest.raises(UsageError, match="needs a word beside the issue 123"):
        compose(RULE, type="fix", slug="123", user="ada", date=DATE)


def test_a_rule_without_a_place_for_an_issue_says_so() -> None:
    with pytest.raises(UsageError, match="no place for an issue"):
        _complete("wider", "7", Naming())


def test_a_run_without_a_name_has_the_issue_of_the_experiment_it_starts_from() -> None:
    assert _chosen("exp/fix/9-z") == Name("exp/fix/9-z", free=True)
    assert _chosen("exp/fix/9-z", label="lr-0.1") == Name("exp/tune/9-lr-0.1", free=True)
    assert _chosen("exp/fix/9-z", issue="8") == Name("exp/model/8-run-7f3a9c", free=True)
    assert _chosen("main", issue="8") == Name("exp/model/8-run-7f3a9c", free=True)
    with pytest.raises(UsageError, match="wants an issue"):
        _chosen("main")


@pytest.mark.parametrize("name", ["feature/12-add-slices", "bugfix/PROJ-3-nan-loss", "hotfix/4-x", "chore/5-deps"])
def test_conventional_branches_are_a_pattern_and_their_types(name: str) -> None:
    rule = compile_rule(CONVENTIONAL)
    assert rule.accepts(name)
    assert rule.prefix == ""
    plain = compile_rule(CONVENTIONAL._replace(pattern="{type}/{slug}"))
    assert plain.accepts("feature/add-slices")
    assert plain.suggest("feat/Add slices", user="ada", date=DATE) == "feature/add-slices"


def test_new_run_record_and_rename_take_an_issue(project: ScratchRepository) -> None:
    settings = (project.path / "branchlab.toml").read_text()
    project.commit("rule", **{"branchlab.toml": f'{settings}\n[naming]\npattern = "{ISSUES.pattern}"\n'})
    assert branchlab(project.path, "new", "wider", "--issue", "7").out == "exp/model/7-wider\n"
    project.git("switch", "-q", "main")
    refused = branchlab(project.path, "run", "--", "true")
    assert (refused.code, "the naming rule wants an issue" in refused.err) == (2, True)
    assert branchlab(project.path, "run", "-n", "8-deeper", "--", "true").code == 0
    failed = branchlab(project.path, "run", "--issue", "PROJ-9", "--", "false")
    assert failed.code == 1
    recorded = branchlab(project.path, "record", "--issue", "10", "-n", "broken")
    assert recorded.out == "exp/model/10-broken\n"
    assert branchlab(project.path, "rename", "8-deeper", "deepest").out == "exp/model/8-deepest\n"
    assert branchlab(project.path, "rename", "8-deepest", "11-deepest").out == "exp/model/11-deepest\n"


def test_the_slug_of_a_suggestion_gives_way_to_a_long_key() -> None:
    pattern = f"{'x' * 85}/{{issue}}-{{slug}}"
    key = f"{'K' * 46}-1"
    rule = compile_rule(Naming(pattern=pattern))
    better = rule.suggest(f"{'x' * 85}/{key}-{'S' * 100}", user="ada", date=DATE)
    assert better == f"{'x' * 85}/{key}-{'s' * 65}"
    assert rule.accepts(better)


@given(st.data())
def test_a_suggestion_is_accepted_whatever_the_pattern(data: st.DataObject) -> None:
    fields = data.draw(st.permutations(["{slug}", "{issue}", "{user}", "{type}", "{date}"]))
    left_out = data.draw(st.sets(st.sampled_from(["{issue}", "{user}", "{type}", "{date}"])))
    between = st.text("ab/-_.lock", max_size=4) | st.sampled_from(["x" * 60, ".l", "."])
    parts = [part for field in fields if field not in left_out for part in (data.draw(between), field)]
    words = st.sampled_from(["a", "fix", "lock", "k", "ock", ".", "k" * 40])
    try:
        rule = compile_rule(Naming(pattern="".join(parts), types=tuple(data.draw(st.lists(words, min_size=1)))))
    except UsageError:
        assume(condition=False)
    key = f"{data.draw(st.text('KLOC_9', min_size=1, max_size=60))}-1"
    name = data.draw(st.text(max_size=30) | st.sampled_from([f"{key}-{'s' * 100}", "lock", "x.lo", f"a/{key}/b.lock"]))
    user = data.draw(st.text(max_size=30) | st.sampled_from(["ock", "lock", ".lock", "u" * 150, "c.lock"]))
    assert rule.accepts(rule.suggest(name, user=user, date=DATE))
