"""The cache: what is added is whole, shared by working trees, and checked before it is believed."""

from __future__ import annotations

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from branchlab.data.digest import Entry, digest, dump_listing, listing_digest
from branchlab.data.pointer import Output
from branchlab.data.store import (
    add,
    drop_damaged,
    entries,
    find_store,
    has,
    missing_objects,
    object_path,
    verify,
)
from branchlab.errors import DamagedError, EnvironmentProblemError, UsageError
from dvc_project import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


def test_an_object_is_read_only_and_no_temporary_file_is_left(project: Project) -> None:
    output = project.track("model.bin", b"weights")
    assert project.object(output.md5).stat().st_mode & 0o777 == 0o444
    assert [path.name for path in (project.path / ".dvc/cache/files").iterdir()] == ["md5"]


def test_a_damaged_object_is_noticed(project: Project) -> None:
    output = project.track("model.bin", b"weights")
    assert verify(project.store, output.md5)
    damaged = project.object(output.md5)
    damaged.chmod(0o644)
    damaged.write_bytes(b"weightz")
    assert not verify(project.store, output.md5)


def test_a_damaged_object_is_dropped_and_its_bytes_are_kept_under_their_true_digest(project: Project) -> None:
    output = project.track("model.bin", b"weights")
    assert not drop_damaged(project.store, output.md5)
    project.object(output.md5).chmod(0o644)
    project.object(output.md5).write_bytes(b"written through")
    assert drop_damaged(project.store, output.md5)
    assert not has(project.store, output.md5)
    assert not drop_damaged(project.store, output.md5)
    found = digest(str(project.write("same", b"written through"))).md5
    assert project.object(found).read_bytes() == b"written through"


def test_a_torn_object_is_replaced_by_the_next_add(project: Project) -> None:
    output = project.track("model.bin", b"weights")
    project.object(output.md5).chmod(0o644)
    project.object(output.md5).write_bytes(b"")
    project.track("model.bin")
    assert verify(project.store, output.md5)


def test_a_damaged_listing_is_noticed_before_it_is_used(project: Project) -> None:
    project.write("data/a")
    output = project.track("data")
    listing = project.object(output.md5)
    listing.chmod(0o644)
    listing.write_bytes(listing.read_bytes().replace(b'"a"', b'"b"'))
    with pytest.raises(DamagedError, match=output.md5):
        entries(project.store, output)


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", ".git/hooks/pre-commit", "", "a//b", 7, None])
def test_a_listing_that_leads_out_of_its_folder_is_refused(project: Project, path: object) -> None:
    listing = json.dumps([{"md5": "0" * 32, "relpath": path}]).encode()
    output = Output("data", listing_digest(listing), 1, 1)
    target = project.object(output.md5)
    target.parent.mkdir(parents=True)
    target.write_bytes(listing)
    with pytest.raises(DamagedError):
        entries(project.store, output)


@pytest.mark.parametrize("listing", [b"{}", b"[1]", b"[[]]", b"nonsense", b"[" * 100_000, b'[{"relpath": "x"}]'])
def test_a_listing_of_another_shape_is_damaged(project: Project, listing: bytes) -> None:
    output = Output("data", listing_digest(listing), 1, 1)
    target = project.object(output.md5)
    target.parent.mkdir(parents=True)
    target.write_bytes(listing)
    if listing == b"{}":
        assert entries(project.store, output) == []
    else:
        with pytest.raises(DamagedError):
            entries(project.store, output)


def test_missing_objects_names_a_folder_that_lacks_one_file(project: Project) -> None:
    project.write("data/a", "one")
    project.write("data/b", "two")
    folder, single = project.track("data"), project.track("c", "three")
    assert missing_objects(project.store, [folder, single]) == []
    project.object(entries(project.store, folder)[0].md5).unlink()
    assert missing_objects(project.store, [folder, single]) == [folder]
    assert missing_objects(project.store, [Output("x", "0" * 32 + ".dir", 0, 0)]) != []


def _add_all(place: str) -> list[str]:
    store = find_store(place, place)
    assert store
    return [add(store, place, name).md5 for name in ("data", "same", "big") for _ in range(3)]


def test_any_number_of_adds_at_once_agree_and_leave_whole_objects(project: Project) -> None:
    for number in range(30):
        project.write(f"data/{number}", str(number % 7) * 1000)
    project.write("same", "0" * 1000)
    project.write("big", os.urandom(3 << 20))
    with get_context("fork").Pool(4) as pool:
        results = pool.map(_add_all, [str(project.path)] * 4)
        pool.close()  # else they are sent SIGTERM, and whoever has a handler for it may wait for a lock in it
        pool.join()
    assert len({tuple(result) for result in results}) == 1
    for path in (project.path / ".dvc/cache/files/md5").rglob("*"):
        if path.is_file():
            assert verify(project.store, path.parent.name + path.name)


def test_much_data_is_hashed_on_threads_with_the_same_digest(project: Project) -> None:
    for number in range(9):
        project.write(f"data/{number}", bytes([number]) * (4 << 20))
    output = project.track("data")
    expected = [Entry(str(n), digest(str(project.path / f"data/{n}")).md5) for n in range(9)]
    assert entries(project.store, output) == expected
    assert output.md5 == listing_digest(dump_listing(expected))


def test_a_file_that_grows_while_it_is_added_gets_the_digest_of_what_was_copied(project: Project) -> None:
    path = project.write("log", b"x" * (8 << 20))

    def grow() -> None:
        for _ in range(200):
            with path.open("ab") as file:
                file.write(b"y" * 1000)

    with ThreadPoolExecutor(1) as pool:
        growing = pool.submit(grow)
        outputs = [add(project.store, str(project.path), "log") for _ in range(3)]
        growing.result()
    for output in outputs:
        assert verify(project.store, output.md5)
        assert project.object(output.md5).stat().st_size == output.bytes


@pytest.mark.parametrize("path", ["../outside", "/etc/hosts", ".git/config", "gone", "pipe"])
def test_what_cannot_be_tracked_is_refused(project: Project, path: str) -> None:
    os.mkfifo(project.path / "pipe")
    with pytest.raises(UsageError):
        add(project.store, str(project.path), path)


def test_a_broken_link_in_a_folder_is_refused(project: Project) -> None:
    project.write("data/a")
    (project.path / "data" / "link").symlink_to("nowhere")
    with pytest.raises(UsageError, match="link"):
        add(project.store, str(project.path), "data")


def test_a_cache_that_cannot_be_written_is_named(project: Project) -> None:
    project.write("model.bin")
    (project.path / ".dvc/cache").write_text("a file in the way")
    with pytest.raises(EnvironmentProblemError, match="cannot be added to the cache"):
        add(project.store, str(project.path), "model.bin")


def test_no_store_without_dvc(repository: ScratchRepository) -> None:
    assert find_store(str(repository.path), str(repository.path)) is None


def test_the_store_of_a_project_below_another_is_its_own(tmp_path: Path) -> None:
    outer = make_project(tmp_path)
    inner = make_project(tmp_path, below="sub/project")
    assert outer.store.root == str(tmp_path)
    assert inner.store.root == str(tmp_path / "sub/project")
    deep = find_store(str(tmp_path / "sub/project/deeper"), str(tmp_path))
    assert deep == inner.store


def test_a_linked_worktree_shares_the_cache_of_the_main_one(tmp_path: Path) -> None:
    project = make_project(tmp_path / "main", below="sub")
    project.write("../linked-outside")
    (project.path / ".dvc/config").write_text("[cache]\n    dir = ../../../shared\n")
    repository = tmp_path / "main"
    subprocess.run(["git", "add", "."], cwd=repository, check=True)
    subprocess.run(["git", "commit", "--quiet", "-m", "x"], cwd=repository, check=True)
    subprocess.run(["git", "worktree", "add", "--quiet", str(tmp_path / "far/away")], cwd=repository, check=True)
    linked = find_store(str(tmp_path / "far/away/sub"), str(tmp_path / "far/away"))
    assert linked
    assert linked.root == str(tmp_path / "far/away/sub")
    assert linked.cache == project.store.cache == str(tmp_path / "shared")


def test_the_cache_of_the_users_own_configuration_is_found(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "global").mkdir()
    (tmp_path / "global/config").write_text("[cache]\n    dir = /somewhere\n    type = symlink\n")
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(tmp_path / "global"))
    assert project.store.cache == "/somewhere"
    assert project.store.link_types == ("symlink",)
    (project.path / ".dvc/config.local").write_text('[cache]\n    dir = "../own # cache"\n')
    assert project.store.cache == str(project.path / "own # cache")


def test_objects_of_dvc_2_are_found_and_verified_by_their_text_digest(project: Project) -> None:
    content = b"a\r\nb\r\n"
    md5 = digest(str(project.write("unix", content.replace(b"\r\n", b"\n")))).md5
    path = object_path(project.store, md5, legacy=True)
    os.makedirs(os.path.dirname(path))
    with open(path, "wb") as file:
        file.write(content)
    assert verify(project.store, md5, legacy=True)
    assert missing_objects(project.store, [Output("unix", md5, 6, legacy=True)]) == []
