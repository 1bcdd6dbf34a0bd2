"""What is compared with what, in each state that a CI job or a laptop leaves a repository in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.ci.revisions import Revisions, find_revisions
from branchlab.errors import EnvironmentProblemError, NotFoundError
from branchlab.workspace import open_workspace
from gated_project import make_gated
from scratch_repository import ScratchRepository

if TYPE_CHECKING:
    from conftest import MakeRepository


@pytest.fixture
def gated(repository: ScratchRepository) -> ScratchRepository:
    return make_gated(repository)


def found(repository: ScratchRepository, base: str | None = None, head: str | None = None) -> Revisions:
    return find_revisions(open_workspace(str(repository.path)), base, head)


def names(revisions: Revisions) -> tuple[str, str | None]:
    return revisions.head.name, revisions.base and revisions.base.name


def clone(origin: ScratchRepository, *options: str, name: str = "clone") -> ScratchRepository:
    path = origin.path.parent / name
    origin.git("clone", "--quiet", *options, f"file://{origin.path}", str(path))
    return ScratchRepository(path)


def test_a_branch_is_compared_with_where_it_left_the_baseline(gated: ScratchRepository) -> None:
    left = gated.git("rev-parse", "main")
    gated.git("switch", "-q", "main")
    gated.commit("main goes on")
    gated.git("switch", "-q", "exp/model/wider")
    revisions = found(gated)
    assert names(revisions) == ("exp/model/wider", "main")
    assert revisions.base is not None
    assert revisions.base.commit == left
    assert revisions.baseline.commit == gated.git("rev-parse", "main")


def test_a_detached_head_is_called_by_the_experiment_that_points_at_it(gated: ScratchRepository) -> None:
    gated.git("branch", "a-branch-of-no-rule")
    gated.git("checkout", "-q", "--detach")
    assert names(found(gated)) == ("exp/model/wider", "main")


def test_a_detached_head_without_a_name_is_called_by_its_id(gated: ScratchRepository) -> None:
    gated.git("checkout", "-q", "--detach")
    commit = gated.commit("nameless")
    assert names(found(gated)) == (commit[:8], "main")


def test_any_two_can_be_named(gated: ScratchRepository) -> None:
    gated.git("switch", "-q", "main")
    assert names(found(gated, "main~1", "exp/model/wider")) == ("exp/model/wider", "main~1")


def test_a_base_that_is_given_by_its_id_is_called_by_its_branch(gated: ScratchRepository) -> None:
    gated.git("branch", "exp/model/new", "main")
    assert names(found(gated, gated.git("rev-parse", "main"))) == ("exp/model/wider", "main")


def test_the_baseline_is_compared_with_the_commit_before(gated: ScratchRepository) -> None:
    gated.git("switch", "-q", "main")
    before = gated.git("rev-parse", "main~1")
    revisions = found(gated)
    assert names(revisions) == ("main", before[:8])
    assert revisions.baseline.commit == before, "its own record is no best of the past"


def test_the_first_commit_has_nothing_to_stand_against(repository: ScratchRepository) -> None:
    revisions = found(repository)
    assert revisions.base is None
    assert revisions.head.name == "main"


@pytest.mark.parametrize("subject", ["Merge {head} into {base}", "Merge branch 'exp/model/wider' into 'main'"])
def test_in_the_merge_that_a_service_made_the_branch_is_judged(gated: ScratchRepository, subject: str) -> None:
    head, left = gated.git("rev-parse", "HEAD"), gated.git("rev-parse", "main")
    gated.git("switch", "-q", "main")
    base = gated.commit("main goes on")
    gated.git("checkout", "-q", "--detach", "main")
    gated.git("merge", "-q", "--no-ff", "-m", subject.format(head=head, base=base), "exp/model/wider")
    revisions = found(gated)
    assert names(revisions) == ("exp/model/wider", "main")
    assert revisions.base is not None
    assert (revisions.head.commit, revisions.base.commit, revisions.baseline.commit) == (head, left, base)
    assert revisions.merge == gated.git("rev-parse", "HEAD")


def test_in_the_merge_of_a_service_the_baseline_needs_no_branch(gated: ScratchRepository) -> None:
    head, base = gated.git("rev-parse", "HEAD"), gated.git("rev-parse", "main")
    gated.git("checkout", "-q", "--detach", "main")
    gated.git("merge", "-q", "--no-ff", "-m", f"Merge {head} into {base}", "exp/model/wider")
    gated.git("branch", "-D", "main")
    revisions = found(gated)
    assert revisions.base is not None
    assert (revisions.head.commit, revisions.base.commit) == (head, base)


def test_a_merge_on_a_branch_is_no_merge_of_a_service(gated: ScratchRepository) -> None:
    gated.git("switch", "-q", "main")
    gated.commit("main goes on")
    gated.git("switch", "-q", "exp/model/wider")
    gated.git("merge", "-q", "--no-edit", "main")
    gated.git("checkout", "-q", "--detach")
    assert found(gated).head.commit == gated.git("rev-parse", "HEAD")
    gated.git("switch", "-q", "-c", "side", "main")
    gated.git("merge", "-q", "--no-ff", "--no-edit", "exp/model/wider")
    assert found(gated).head.name == "side"


def test_a_merge_that_is_on_the_baseline_is_compared_with_what_it_came_into(gated: ScratchRepository) -> None:
    before = gated.git("rev-parse", "main")
    gated.git("switch", "-q", "main")
    gated.git("merge", "-q", "--no-ff", "--no-edit", "exp/model/wider")
    gated.git("checkout", "-q", "--detach")
    revisions = found(gated)
    assert revisions.base is not None
    assert revisions.base.commit == before


def test_the_baseline_is_found_on_the_remote(gated: ScratchRepository) -> None:
    copy = clone(gated)
    assert names(found(copy)) == ("exp/model/wider", "main")


def test_head_is_what_is_checked_out_here_and_not_at_origin(gated: ScratchRepository) -> None:
    copy = clone(gated)
    commit = copy.commit("here")
    assert found(copy).head.commit == commit
    assert found(copy, head="HEAD").head.commit == commit
    assert found(copy, head="HEAD~1").head.commit == gated.git("rev-parse", "HEAD")


def test_a_shallow_clone_is_told_so_and_never_compared_with_nothing(gated: ScratchRepository) -> None:
    for options in (["--depth=1"], ["--depth=1", "--no-single-branch"], ["--depth=1", "--branch=main"]):
        copy = clone(gated, *options, name=f"clone{len(options)}{options[-1]}")
        with pytest.raises((NotFoundError, EnvironmentProblemError)) as raised:
            found(copy)
        assert "shallow" in raised.value.message
        assert "--fetch origin" in raised.value.hint


def test_a_shallow_clone_that_holds_enough_is_compared(gated: ScratchRepository) -> None:
    copy = clone(gated, "--depth=4", "--no-single-branch")
    assert names(found(copy)) == ("exp/model/wider", "main")


def test_what_is_not_there_is_named(gated: ScratchRepository) -> None:
    with pytest.raises(NotFoundError, match="nowhere is no branch"):
        found(gated, head="nowhere")
    with pytest.raises(NotFoundError, match="nowhere is no branch, tag or commit here"):
        found(gated, "nowhere")
    gated.git("branch", "-m", "main", "trunk")
    with pytest.raises(NotFoundError, match="the baseline main does not exist here"):
        found(gated)


def test_a_repository_without_a_commit_is_told_so(make_repository: MakeRepository) -> None:
    with pytest.raises(NotFoundError, match="no commit yet"):
        found(make_repository(commit=False))


def test_histories_that_never_met_are_no_comparison(gated: ScratchRepository) -> None:
    gated.git("switch", "-q", "--orphan", "exp/model/alone")
    gated.commit("alone")
    with pytest.raises(EnvironmentProblemError, match="no common history"):
        found(gated)


def test_the_full_name_of_a_branch_is_shown_as_people_call_it(gated: ScratchRepository) -> None:
    assert names(found(gated, "refs/heads/main", "refs/heads/exp/model/wider")) == ("exp/model/wider", "main")


def test_an_upstream_is_a_base_as_any_other(gated: ScratchRepository) -> None:
    copy = clone(gated)
    assert found(copy, "@{upstream}~1").baseline.commit == gated.git("rev-parse", "HEAD~1")
    assert found(copy, "exp/model/wider@{upstream}").head.name == "exp/model/wider"
