"""A session writes the same commits as `write_commit`, and lives on after git refused something."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branchlab.errors import BusyError, EnvironmentProblemError, UsageError
from branchlab.git.commit import NewCommit, write_commit
from branchlab.git.repository import find_repository
from branchlab.git.session import GitSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scratch_repository import ScratchRepository

PATHS = st.sampled_from(["a", "b", "d/e", "d/f", "d/g/h", "d", "a/b", "new/x", "a.b", "a-b/c", "é"])


@pytest.fixture
def session(repository: ScratchRepository) -> Iterator[GitSession]:
    opened = find_repository(str(repository.path))
    with GitSession(opened, os.path.join(opened.state_dir, "scratch"), "branchlab: test") as session:
        yield session


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(PATHS, st.binary(max_size=8), max_size=4), removed=st.lists(PATHS, max_size=3))
def test_a_commit_has_the_tree_that_fast_import_makes(
    repository: ScratchRepository, session: GitSession, files: dict[str, bytes], removed: list[str]
) -> None:
    for path in list(files):  # no file below another one: what then stands there is for the last to say
        if any(other.startswith(f"{path}/") for other in files):
            del files[path]
    repository.write("c", "kept")
    if not os.path.exists(repository.path / "d"):
        repository.commit("base", a="1", b="2", **{"d/e": "3", "d/f": "4"})
    new = NewCommit(repository.git("rev-parse", "HEAD"), "subject\n\nbody é\n", files=files, removed=removed)
    ours = session.write_commit(new)
    theirs = write_commit(find_repository(str(repository.path)), "refs/branchlab/runs/x", new)
    shown = ["show", "-s", "--format=%T %P %B %an %ae %cn"]
    assert repository.git(*shown, ours) == repository.git(*shown, theirs)


def test_a_refused_ref_does_not_end_the_session(repository: ScratchRepository, session: GitSession) -> None:
    head = repository.git("rev-parse", "HEAD")
    session.create_ref("refs/heads/one", head)
    with pytest.raises(UsageError, match="one exists already"):
        session.create_ref("refs/heads/one", head)
    new = session.write_commit(NewCommit(head, "x\n"))
    with pytest.raises(BusyError):
        session.move_ref("refs/heads/one", new, new)
    session.move_ref("refs/heads/one", new, head)
    session.create_ref("refs/heads/two", head)
    session.delete_ref("refs/heads/two", head)
    assert repository.git("rev-parse", "one") == new
    assert repository.git("for-each-ref", "refs/heads/two") == ""


def test_a_name_cannot_smuggle_in_a_second_command(repository: ScratchRepository, session: GitSession) -> None:
    head = repository.git("rev-parse", "HEAD")
    with pytest.raises(UsageError, match="no name"):
        session.create_ref(f"refs/heads/x\0{head}\0create refs/heads/y", head)


def test_a_path_that_leads_out_of_the_tree_is_refused(repository: ScratchRepository, session: GitSession) -> None:
    head = repository.git("rev-parse", "HEAD")
    with pytest.raises(EnvironmentProblemError, match="cannot be committed"):
        session.write_commit(NewCommit(head, "x\n", files={"../x": b""}))


def test_threads_share_a_session(repository: ScratchRepository, session: GitSession) -> None:
    head = repository.git("rev-parse", "HEAD")

    def work(name: str) -> None:
        for number in range(10):
            oid = session.write_commit(NewCommit(head, "x\n", files={f"{name}/{number}": name.encode()}))
            session.create_ref(f"refs/heads/{name}-{number}", oid)
            found = session.read(f"refs/heads/{name}-{number}:{name}/{number}")
            assert found
            assert found.body == name.encode()

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(repository.git("for-each-ref", "refs/heads/").splitlines()) == 31
    repository.git("fsck", "--strict")
