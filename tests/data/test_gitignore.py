"""Git leaves to DVC what DVC tracks, whatever it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings

from branchlab.data.gitignore import ignore_line, with_ignored
from dvc_project import names

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


@given(name=names())
@example(name=":")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_git_ignores_the_file_and_no_other(repository: ScratchRepository, name: str) -> None:
    repository.write(".gitignore", with_ignored(b"", name))
    asked = [f"./{path}" for path in (name, f"sub/{name}", f"x{name}", f"{name}x")]
    said = repository.git(
        "check-ignore", "--stdin", "-z", "--verbose", "--non-matching", stdin="".join(f"{path}\0" for path in asked)
    )
    fields = said.split("\0")[:-1]
    assert [bool(fields[place]) for place in range(0, len(fields), 4)] == [True, False, False, False]


def test_a_line_is_added_once_and_the_rest_stays() -> None:
    content = b"# mine\r\n*.pyc"
    first = with_ignored(content, "a/model.bin", "a/model.bin")
    assert first == b"# mine\r\n*.pyc\n/model.bin\n"
    assert with_ignored(first, "a/model.bin") == first


def test_lines_are_those_of_dvc() -> None:
    assert ignore_line("data/we: ird #x") == "/we: ird \\#x"
