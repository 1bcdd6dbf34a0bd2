"""Objects move between the cache and a real DVC remote in a folder, and what arrives is checked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from branchlab.data.remote import missing_on_remote, pull_objects, push_objects
from branchlab.data.store import entries, missing_objects
from branchlab.errors import DamagedError, EnvironmentProblemError
from dvc_project import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path

    from branchlab.data.pointer import Output

pytestmark = pytest.mark.filterwarnings("ignore")  # DVC's libraries, not ours


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project", remote="../../remote")


@pytest.fixture
def outputs(project: Project) -> list[Output]:
    project.write("data/a", "1")
    project.write("data/deep/b", "22")
    return [project.track("data"), project.track("model.bin", "weights")]


def _on_remote(tmp_path: Path, md5: str) -> Path:
    return tmp_path / "remote/files/md5" / md5[:2] / md5[2:]


def _lose_cache(project: Project) -> None:
    shutil.rmtree(project.store.cache)


def test_data_goes_to_the_remote_and_comes_back(project: Project, outputs: list[Output]) -> None:
    assert missing_on_remote(project.store, outputs) == outputs
    before = project.objects()
    seen: list[tuple[int, int]] = []
    pushed = push_objects(project.store, outputs, progress=lambda done, total: seen.append((done, total)))
    assert pushed.objects == 4
    assert seen[-1] == (4, 4)
    assert missing_on_remote(project.store, outputs) == []
    _lose_cache(project)
    pulled = pull_objects(project.store, outputs)
    assert pulled == pushed
    assert project.objects() == before
    assert missing_objects(project.store, outputs) == []
    assert [path.name for path in (project.path / ".dvc/cache/files").iterdir()] == ["md5"]


def test_what_is_there_is_not_sent_or_fetched_again(project: Project, outputs: list[Output]) -> None:
    push_objects(project.store, outputs)
    assert push_objects(project.store, outputs).objects == 0
    assert pull_objects(project.store, outputs).objects == 0


def test_dvc_itself_pushes_and_pulls_what_we_wrote(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    project.dvc("push", "--quiet")
    assert missing_on_remote(project.store, outputs) == []
    shutil.rmtree(tmp_path / "remote")
    push_objects(project.store, outputs)
    _lose_cache(project)
    project.dvc("pull", "--quiet")
    assert missing_objects(project.store, outputs) == []


def test_a_file_that_vanished_from_a_folder_on_the_remote_is_missed(
    project: Project, outputs: list[Output], tmp_path: Path
) -> None:
    push_objects(project.store, outputs)
    _on_remote(tmp_path, entries(project.store, outputs[0])[0].md5).unlink()
    assert missing_on_remote(project.store, outputs) == [outputs[0]]
    assert push_objects(project.store, outputs).objects == 1
    assert missing_on_remote(project.store, outputs) == []


def test_a_damaged_object_on_the_remote_never_enters_the_cache(
    project: Project, outputs: list[Output], tmp_path: Path
) -> None:
    push_objects(project.store, outputs)
    _lose_cache(project)
    damaged = _on_remote(tmp_path, outputs[1].md5)
    damaged.chmod(0o644)
    damaged.write_text("weightz")
    damaged.chmod(0o444)
    with pytest.raises(DamagedError, match=outputs[1].md5):
        pull_objects(project.store, outputs)
    assert not project.object(outputs[1].md5).exists()
    assert [path.name for path in (project.path / ".dvc/cache/files").iterdir()] in ([], ["md5"])


def test_a_damaged_object_in_the_cache_is_not_sent(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    project.object(outputs[1].md5).chmod(0o644)
    project.object(outputs[1].md5).write_text("!")
    with pytest.raises(DamagedError, match=outputs[1].md5):
        push_objects(project.store, outputs)
    assert not (tmp_path / "remote").exists() or not _on_remote(tmp_path, outputs[1].md5).exists()


def test_what_nobody_has_is_said_both_ways(project: Project, outputs: list[Output]) -> None:
    _lose_cache(project)
    with pytest.raises(EnvironmentProblemError, match="neither in the DVC cache nor on the remote"):
        push_objects(project.store, outputs)
    with pytest.raises(EnvironmentProblemError, match="is not on the remote"):
        pull_objects(project.store, outputs)
    assert missing_on_remote(project.store, outputs) == outputs


def test_half_of_a_pull_is_kept_and_the_rest_named(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    push_objects(project.store, outputs)
    _lose_cache(project)
    _on_remote(tmp_path, outputs[1].md5).unlink()
    with pytest.raises(EnvironmentProblemError, match=outputs[1].md5):
        pull_objects(project.store, outputs)
    assert missing_objects(project.store, outputs[:1]) == [outputs[0]] or project.object(outputs[0].md5).exists()


def test_an_unknown_remote_is_named_and_the_known_ones_are_offered(project: Project, outputs: list[Output]) -> None:
    with pytest.raises(EnvironmentProblemError, match="no DVC remote elsewhere") as caught:
        push_objects(project.store, outputs, remote="elsewhere")
    assert "storage" in caught.value.hint
    (project.path / ".dvc/config").write_text("")
    with pytest.raises(EnvironmentProblemError, match="no default DVC remote"):
        missing_on_remote(project.store, outputs)


def test_a_remote_that_refuses_is_one_line(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    (tmp_path / "remote").write_text("a file in the way")
    with pytest.raises(EnvironmentProblemError, match="the DVC remote refused") as caught:
        push_objects(project.store, outputs)
    assert "\n" not in caught.value.message


def test_a_storage_without_its_package_says_what_to_install(project: Project, outputs: list[Output]) -> None:
    (project.path / ".dvc/config").write_text("[core]\n    remote = s\n['remote \"s\"']\n    url = hdfs://host/x\n")
    with pytest.raises(EnvironmentProblemError, match="dvc-hdfs"):
        push_objects(project.store, outputs)


def test_a_cloud_versioned_remote_is_left_to_dvc(project: Project, outputs: list[Output]) -> None:
    config = project.path / ".dvc/config"
    config.write_text(config.read_text() + "    version_aware = true\n")
    with pytest.raises(EnvironmentProblemError):
        push_objects(project.store, outputs)


def test_another_remote_is_used_when_it_is_named(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    (project.path / ".dvc/config.local").write_text("['remote \"Second\"']\n    url = ../../second\n")
    push_objects(project.store, outputs, remote="Second")
    assert (tmp_path / "second/files/md5").is_dir()
    assert missing_on_remote(project.store, outputs) == outputs


def test_asking_and_sending_write_nothing_into_the_project_and_nothing_on_the_streams(
    project: Project, outputs: list[Output]
) -> None:
    before = sorted(path.relative_to(project.path) for path in project.path.rglob("*"))
    code = (
        "from branchlab.data.remote import *; from branchlab.data.store import find_store; "
        "from branchlab.data.pointer import read_pointers\n"
        f"s = find_store({str(project.path)!r}, {str(project.path)!r})\n"
        "o = read_pointers(s.root, ['data.dvc', 'model.bin.dvc'])\n"
        "push_objects(s, o); assert not missing_on_remote(s, o); assert not pull_objects(s, o).objects"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert sorted(path.relative_to(project.path) for path in project.path.rglob("*")) == before
    assert outputs


def test_a_listing_is_never_sent_without_its_files(project: Project, outputs: list[Output], tmp_path: Path) -> None:
    blocked = _on_remote(tmp_path, entries(project.store, outputs[0])[0].md5).parent
    blocked.parent.mkdir(parents=True)
    blocked.write_text("a file in the way")
    with pytest.raises(EnvironmentProblemError):
        push_objects(project.store, outputs[:1])
    assert not _on_remote(tmp_path, outputs[0].md5).exists()
