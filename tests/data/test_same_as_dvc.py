"""What branchlab adds is byte for byte what DVC adds, and DVC takes it as its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from branchlab.data.digest import digest
from branchlab.data.pointer import dump_pointer, parse_pointer
from dvc_project import Planned, folders, make_project, open_dvc, pointer_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore")  # DVC's libraries, not ours


class Judged:
    """Two projects with the same files: DVC tracks those of the first, branchlab those of the second."""

    def __init__(self, folder: Path) -> None:
        self.theirs = make_project(folder / "theirs")
        self.ours = make_project(folder / "ours")
        self.judges = [open_dvc(self.theirs), open_dvc(self.ours)]
        self.count = 0

    def write(self, files: list[Planned]) -> tuple[str, list[str]]:
        """Writes the files in both, in a folder of their own and one of them beside it; returns both outputs."""
        self.count += 1
        folder, single = f"folder {self.count}", f"{self.count} {files[0].path.rpartition('/')[2]}"
        single = single.translate({ord("\\"): "_", ord(":"): "_"})  # DVC cannot name such a pointer as a target
        for project in (self.theirs, self.ours):
            for file in files:
                project.write(f"{folder}/{file.path}", file.content, executable=file.executable)
            project.write(single, files[0].content, executable=files[0].executable)
        return single, [folder, single]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    judged = Judged(tmp_path_factory.mktemp("judged"))
    yield judged
    for judge in judged.judges:
        judge.close()


@given(files=folders())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pointers_and_objects_are_those_of_dvc(judged: Judged, files: list[Planned]) -> None:
    _, outputs = judged.write(files)
    judged.judges[0].add([str(judged.theirs.path / output) for output in outputs])
    for output in outputs:
        added = judged.ours.track(output)
        assert pointer_of(judged.ours, output) == pointer_of(judged.theirs, output)
        [read] = parse_pointer(added.pointer, pointer_of(judged.theirs, output))
        assert read == added
        found = digest(str(judged.ours.path / output))
        assert (found.md5, found.bytes, found.files) == (added.md5, added.bytes, added.files)
    assert judged.ours.objects() == judged.theirs.objects()


@given(files=folders())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_dvc_finds_our_outputs_clean_and_checks_them_out(judged: Judged, files: list[Planned]) -> None:
    single, outputs = judged.write(files)
    tracked = [judged.ours.track(output) for output in outputs]
    judge: Any = judged.judges[1]
    judge._reset()
    pointers = [str(judged.ours.path / output.pointer) for output in tracked]
    assert judge.status(targets=pointers) == {}
    shutil.rmtree(judged.ours.path / outputs[0])
    (judged.ours.path / single).unlink()
    judge.checkout(targets=pointers)
    for file in files:
        assert (judged.ours.path / outputs[0] / file.path).read_bytes() == file.content
    assert bool((judged.ours.path / single).stat().st_mode & 0o100) == files[0].executable


def test_dvcignore_decides_for_us_as_it_does_for_dvc(judged: Judged) -> None:
    digests: list[bytes] = []
    for project, judge in zip((judged.theirs, judged.ours), judged.judges, strict=True):
        project.write("box/.dvcignore", "*.tmp\n!keep.tmp\n/data/cut\nlogs/\n")
        for name in ("a", "b.tmp", "keep.tmp", "cut/x", "deep/cut/x", "logs/l", "deep/logs", ".git/x", "sub/.dvc/x"):
            project.write(f"box/data/{name}", name)
        judge._reset()
        judge.__dict__.pop("dvcignore", None)
        if project is judged.theirs:
            judge.add([str(project.path / "box/data")])
        else:
            project.track("box/data")
        digests.append(pointer_of(project, "box/data"))
    assert digests[0] == digests[1]


def test_links_to_files_are_followed_and_links_to_folders_left_out_as_dvc_does(judged: Judged) -> None:
    for project in (judged.theirs, judged.ours):
        target = project.write("linked/target", "same").parent
        (target / "file").symlink_to("target")
        (target / "folder").symlink_to("..")
    judged.judges[0].add([str(judged.theirs.path / "linked")])
    judged.ours.track("linked")
    assert pointer_of(judged.ours, "linked") == pointer_of(judged.theirs, "linked")


def test_dvc_status_as_a_program_is_clean_in_a_project_below_the_repository(tmp_path: Path) -> None:
    inner = make_project(tmp_path, below="deep/project")
    output = inner.track("data/set", "rows")
    assert output.pointer == "data/set.dvc"
    assert "up to date" in inner.dvc("status")


def test_a_pointer_keeps_its_bytes_when_read_and_written_again() -> None:
    text = b"outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  size: 0\n  hash: md5\n  path: null_.csv\n"
    [output] = parse_pointer("a/null_.csv.dvc", text)
    assert output.path == "a/null_.csv"
    assert dump_pointer(output) == text
