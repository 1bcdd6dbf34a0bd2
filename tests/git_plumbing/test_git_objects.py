"""Objects are read by the thousand through one process, in order, with gaps for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.errors import NotFoundError
from branchlab.git.config import read_config, write_config
from branchlab.git.object_reader import ObjectReader
from branchlab.git.objects import GitObject, list_files, parse_batch, read_object, read_objects, resolve_commit
from branchlab.git.process import GitError
from branchlab.git.repository import find_repository

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


def test_objects_come_in_order_with_none_for_the_missing(repository: ScratchRepository) -> None:
    commit = repository.commit("base", a="1", **{"d/e f 5": "2\n3\n"})
    opened = find_repository(str(repository.path))
    specs = [f"{commit}:d/e f 5", "refs/heads/none", f"{commit}:a b 12", "f" * 40, f"{commit}:d", "refs/heads/main"]
    found = list(read_objects(opened, specs))
    assert found[0] == GitObject(repository.git("rev-parse", f"{commit}:d/e f 5"), "blob", b"2\n3\n")
    assert found[1:4] == [None, None, None]
    assert [item and item.kind for item in found[4:]] == ["tree", "commit"]
    assert list(read_objects(opened, [])) == []


@pytest.mark.parametrize("spec", ["HEAD:a\nHEAD", "HEAD\n", "HEAD\0x", "HEAD:a\r", "", "-f", "--batch-all-objects"])
def test_a_spec_that_cannot_be_asked_for_is_missing_and_shifts_nothing(
    repository: ScratchRepository, spec: str
) -> None:
    repository.commit("base", a="1")
    opened = find_repository(str(repository.path))
    first, second = read_objects(opened, [spec, "HEAD:a"])
    assert first is None
    assert second
    assert second.body == b"1"


def test_an_ambiguous_answer_counts_as_missing() -> None:
    assert list(parse_batch(b"abcd ambiguous\nx 5 missing\n", 2)) == [None, None]


def test_a_damaged_object_is_an_error_and_no_answer(repository: ScratchRepository) -> None:
    repository.commit("base", a="1")
    oid = repository.git("rev-parse", "HEAD:a")
    path = repository.path / f".git/objects/{oid[:2]}/{oid[2:]}"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-4] + b"oops")
    opened = find_repository(str(repository.path))
    try:
        found = read_object(opened, oid)
    except GitError:
        return
    assert found is None


@pytest.mark.parametrize("name", ["-f", "$(id)", "exp/model/x", "v1"])
def test_branches_and_tags_lead_to_their_commit(repository: ScratchRepository, name: str) -> None:
    commit = repository.commit("base")
    kind = "tags" if name == "v1" else "heads"
    repository.git("update-ref", f"refs/{kind}/{name}", commit)
    repository.git("tag", "--annotate", "--message=x", "annotated")
    opened = find_repository(str(repository.path))
    assert [resolve_commit(opened, spec) for spec in (name, commit, commit[:10], "HEAD", "annotated")] == [commit] * 5


def test_a_branch_goes_before_a_tag_and_a_commit_id_of_the_same_name(repository: ScratchRepository) -> None:
    first, second = repository.commit("one"), repository.commit("two")
    for ref, oid in (("refs/heads/x", first), ("refs/tags/x", second), (f"refs/heads/{second[:8]}", first)):
        repository.git("update-ref", ref, oid)
    opened = find_repository(str(repository.path))
    assert resolve_commit(opened, "x") == first
    assert resolve_commit(opened, second[:8]) == first


@pytest.mark.parametrize("name", ["none", "", "HEAD:a", "a\nb", "HEAD^{tree}", "a\x1b\u202eb"])
def test_what_is_no_commit_is_told_safely(repository: ScratchRepository, name: str) -> None:
    repository.commit("base", a="1")
    with pytest.raises(NotFoundError, match=r"^[\x20-\x7e]*is no branch, tag or commit$"):
        resolve_commit(find_repository(str(repository.path)), name)


def test_files_of_a_tree_are_listed_with_their_blobs(repository: ScratchRepository) -> None:
    names = {"a": "1", "sub/new\nline": "2", "sub/\udcff": "3", "sub/-f": "4", "subway": "5"}
    for name, content in names.items():
        repository.write(name, content)
    (repository.path / "run").touch(mode=0o755)
    (repository.path / "link").symlink_to("a")
    commit = repository.commit("base")
    opened = find_repository(str(repository.path))
    found = list_files(opened, commit)
    assert set(found) == {*names, "run"}
    assert found["sub/\udcff"] == repository.git("hash-object", "--stdin", stdin="3")
    assert set(list_files(opened, commit, "sub/")) == {"sub/new\nline", "sub/\udcff", "sub/-f"}


def test_a_tree_that_is_not_there_is_an_error(repository: ScratchRepository) -> None:
    with pytest.raises(GitError):
        list_files(find_repository(str(repository.path)), "-f")


@pytest.mark.parametrize("value", ["plain", "-x", "two\nlines", "é\udcff", " space ", "#; \"'\\", ""])
def test_a_setting_is_read_as_it_was_written(repository: ScratchRepository, value: str) -> None:
    opened = find_repository(str(repository.path))
    assert read_config(opened, "branch.exp/x.description") == ""
    write_config(opened, "branch.exp/x.description", value)
    assert read_config(opened, "branch.exp/x.description") == value


def test_a_configuration_that_cannot_be_read_is_not_an_empty_value(repository: ScratchRepository) -> None:
    opened = find_repository(str(repository.path))
    repository.write(".git/config", "[broken")
    with pytest.raises(GitError, match="bad config"):
        read_config(opened, "user.name")


def test_a_locked_configuration_gets_the_remedy(repository: ScratchRepository) -> None:
    opened = find_repository(str(repository.path))
    repository.write(".git/config.lock", "")
    with pytest.raises(GitError) as caught:
        write_config(opened, "a.b", "c")
    assert "branchlab doctor" in caught.value.hint


def test_a_reader_answers_one_question_at_a_time_until_its_git_is_gone(repository: ScratchRepository) -> None:
    head = repository.commit("base", a="1")
    reader = ObjectReader(str(repository.path))
    found = reader.read(f"{head}:a")
    assert found is not None
    assert (found.kind, found.body) == ("blob", b"1")
    assert reader.read(f"{head}:none") is None
    assert not reader.has_ended()
    reader._process.kill()
    reader._process.wait()
    assert reader.has_ended()
    assert reader.read(f"{head}:a") is None
    reader.close()
