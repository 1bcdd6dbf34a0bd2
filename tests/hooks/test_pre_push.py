"""What a push does: names come from what is pushed, and data of the pushed commits goes to the DVC remote first."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from branchlab.git.repository import find_repository
from branchlab_hooks.pushed_refs import PushedRef, data_changes
from command_line import TRAIN, branchlab
from dvc_project import Project, make_project
from scratch_repository import ScratchRepository
from small_project import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeRepository

SENT = "branchlab: sent 1 object of data, 9 B\n"


class Shared(NamedTuple):
    """A project with an experiment `exp/model/wider`, a bare git remote, and a folder as DVC remote."""

    project: ScratchRepository
    upstream: ScratchRepository
    storage: Path

    def push(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", "push", "-q", "origin", *arguments],
            cwd=self.project.path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def stored(self) -> int:
        return sum(path.is_file() for path in self.storage.rglob("*"))

    def branches(self) -> list[str]:
        return self.upstream.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def commit_data(self, content: str) -> None:
        """Commits on top of what is checked out a pointer to new data that is in the cache."""
        Project(self.project.path).track("data.csv", content)
        self.project.write(".gitignore", "/data.csv\n/model.bin\n")
        self.project.git("add", ".")
        self.project.git("commit", "-q", "--no-verify", "-m", content)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `shared` copies: all addresses in it are relative."""
    folder = tmp_path_factory.mktemp("template")
    subprocess.run(["git", "init", "-q", "--bare", str(folder / "upstream")], check=True)
    make_project(folder / "project", remote="../../storage")
    project = ScratchRepository(folder / "project")
    files = {"branchlab.toml": SETTINGS, "train.py": TRAIN, "params.toml": "lr = 0.5\n", ".gitignore": "/model.bin\n"}
    project.commit("project", **files)
    project.git("remote", "add", "origin", "../upstream")
    for command in (("hooks", "install"), ("run", "-n", "wider")):
        said = branchlab(project.path, *command)
        assert said.code == 0, said.err
    return folder


@pytest.fixture
def shared(template: Path, tmp_path: Path) -> Shared:
    """The project with its hooks, and nothing pushed yet."""
    shutil.copytree(template, tmp_path / "shared", symlinks=True)
    folder = tmp_path / "shared"
    return Shared(ScratchRepository(folder / "project"), ScratchRepository(folder / "upstream"), folder / "storage")


def test_a_push_sends_the_data_of_the_pushed_branch_whatever_is_checked_out(shared: Shared) -> None:
    pushed = shared.push("exp/model/wider")
    assert (pushed.returncode, pushed.stderr) == (0, SENT)
    assert shared.stored() == 1
    assert shared.branches() == ["exp/model/wider"]


def test_data_that_is_there_is_not_sent_again(shared: Shared) -> None:
    shared.push("exp/model/wider")
    again = shared.push("exp/model/wider:exp/model/other")
    assert (again.returncode, again.stderr) == (0, "")


def test_a_push_of_another_branch_sends_no_data_of_the_one_that_is_checked_out(shared: Shared) -> None:
    shared.project.git("switch", "-q", "exp/model/wider")
    assert shared.push("main").returncode == 0
    assert shared.stored() == 0


def test_data_of_commits_below_the_tip_goes_too(shared: Shared) -> None:
    shared.project.git("switch", "-qc", "exp/data/more")
    for content in ("first", "second"):
        shared.commit_data(content)
    shared.project.git("rm", "-q", "data.csv.dvc")
    shared.project.git("commit", "-q", "--no-verify", "-m", "no data any more")
    assert "sent 2 objects" in shared.push("HEAD").stderr


def test_lost_data_of_an_older_commit_is_named_and_refuses_nothing(shared: Shared) -> None:
    shared.project.git("switch", "-qc", "exp/data/more")
    shared.commit_data("first")
    shutil.rmtree(shared.project.path / ".dvc/cache/files/md5/8b")
    shared.commit_data("second")
    pushed = shared.push("HEAD")
    assert pushed.returncode == 0
    assert "the data of older commits is not here and stays behind: data.csv" in pushed.stderr
    assert shared.stored() == 1


def test_lost_data_of_a_pushed_branch_refuses_the_push(shared: Shared) -> None:
    shutil.rmtree(shared.project.path / ".dvc/cache")
    refused = shared.push("exp/model/wider")
    assert refused.returncode == 1
    assert "data of exp/model/wider (model.bin) is neither in the DVC cache nor on the remote" in refused.stderr
    assert shared.push("exp/model/wider", BRANCHLAB_DATA="0").returncode == 0


def test_a_pointer_that_cannot_be_trusted_refuses_the_push(shared: Shared) -> None:
    shared.project.git("switch", "-qc", "exp/data/hostile")
    shared.project.write("data.csv.dvc", "outs:\n- md5: 8b04d5e3775d298e78455efc5ca404d5\n  path: ../../etc/passwd\n")
    shared.project.git("add", ".")
    shared.project.git("commit", "-q", "--no-verify", "-m", "hostile")
    refused = shared.push("HEAD")
    assert refused.returncode == 1
    assert "branchlab: error: pre-push: exp/data/hostile: data.csv.dvc" in refused.stderr


def test_settings_may_refuse_a_push_instead_of_sending_data(shared: Shared) -> None:
    settings = shared.project.path / "branchlab.toml"
    settings.write_text(settings.read_text() + "\n[hooks]\npush_data = false\n")
    refused = shared.push("exp/model/wider")
    assert refused.returncode == 1
    assert (
        "the DVC remote lacks data of exp/model/wider (model.bin). hint: branchlab push exp/model/wider, or dvc push"
    ) in refused.stderr
    assert (shared.stored(), shared.branches()) == (0, [])
    assert branchlab(shared.project.path, "push", "wider").code == 0
    assert shared.push("exp/model/wider:exp/model/b").returncode == 0


def test_without_a_dvc_remote_the_data_stays_and_the_push_goes_on(shared: Shared) -> None:
    shared.project.write(".dvc/config", "")
    pushed = shared.push("exp/model/wider")
    assert pushed.returncode == 0
    assert pushed.stderr == (
        "branchlab: pre-push: the data stays here: there is no DVC remote. hint: dvc remote add -d NAME ADDRESS\n"
    )


def test_a_dvc_remote_that_refuses_stops_the_push_with_a_remedy(shared: Shared) -> None:
    shared.storage.write_text("in the way")
    refused = shared.push("exp/model/wider")
    assert refused.returncode == 1
    assert "branchlab: error: pre-push: the DVC remote refused: " in refused.stderr
    assert "BRANCHLAB_SKIP=1 git push" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_name_at_the_remote_is_what_counts(shared: Shared) -> None:
    refused = shared.push("exp/model/wider:My_net")
    assert refused.returncode == 1
    assert "My_net is no name for an experiment" in refused.stderr
    command = "git push origin refs/heads/exp/model/wider:refs/heads/exp/model/my-net"
    assert command in refused.stderr
    subprocess.run(["sh", "-ec", command], cwd=shared.project.path, check=True, capture_output=True)
    assert shared.branches() == ["exp/model/my-net"]


def test_a_bad_name_among_good_ones_refuses_the_push_with_the_command_that_renames(shared: Shared) -> None:
    shared.project.git("branch", "-m", "exp/model/wider", "My_net")
    refused = shared.push("main", "My_net")
    assert refused.returncode == 1
    assert "hint: git branch -m My_net exp/model/my-net renames it" in refused.stderr
    assert (shared.branches(), shared.stored()) == ([], 0)


def test_deletions_tags_and_other_refs_have_no_name_to_check(shared: Shared) -> None:
    shared.upstream.git("fetch", "-q", str(shared.project.path), "main:My_net")
    shared.project.git("tag", "-am", "v1", "v1", "exp/model/wider")
    shared.project.git("tag", "blob", "exp/model/wider:train.py")
    assert shared.push(":My_net").returncode == 0
    pushed = shared.push("v1", "blob", "main:refs/archive/My_net")
    assert (pushed.returncode, pushed.stderr) == (0, SENT)


def test_a_push_to_an_address_works_as_one_to_a_name(shared: Shared) -> None:
    done = subprocess.run(
        ["git", "push", "-q", str(shared.upstream.path), "exp/model/wider"],
        cwd=shared.project.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, SENT)


@pytest.mark.parametrize("remote", ["origin", ""])
def test_what_a_remote_has_is_not_looked_at_again_also_for_an_address(shared: Shared, remote: str) -> None:
    shared.commit_data("known")
    shared.project.git("update-ref", "refs/remotes/origin/main", "HEAD")
    shared.commit_data("new")
    tip = shared.project.git("rev-parse", "HEAD")
    refs = [PushedRef("HEAD", tip, "refs/heads/exp/model/new", "0" * 40)]
    assert data_changes(find_repository(str(shared.project.path)), remote, refs) == [tip]


def test_a_forced_push_over_commits_that_are_not_here_works(shared: Shared, make_repository: MakeRepository) -> None:
    other = make_repository("other")
    other.git("push", "-q", str(shared.upstream.path), "main:exp/model/wider")
    pushed = shared.push("--force", "exp/model/wider")
    assert (pushed.returncode, pushed.stderr) == (0, SENT)


def test_branchlab_push_leaves_nothing_to_the_hook_but_the_name(shared: Shared) -> None:
    pushed = branchlab(shared.project.path, "push", "wider", "--no-data")
    assert pushed.code == 0
    assert shared.stored() == 0
    shared.project.git("branch", "-m", "exp/model/wider", "My_net")
    refused = branchlab(shared.project.path, "push", "My_net")
    assert refused.code == 3
    assert "error: git push failed: pre-push: My_net is no name for an experiment" in refused.err


def test_a_terminal_shows_how_far_the_data_is(shared: Shared) -> None:
    reader, writer = pty.openpty()
    subprocess.run(
        ["git", "push", "-q", "origin", "exp/model/wider"],
        cwd=shared.project.path,
        env={**os.environ, "TERM": "xterm"},
        stderr=writer,
        check=True,
        timeout=60,
    )
    os.close(writer)
    shown = os.read(reader, 10_000).decode()
    os.close(reader)
    assert "branchlab: sending data: 1/1" in shown
    assert shown.endswith("\r\x1b[Kbranchlab: sent 1 object of data, 9 B\r\n")
