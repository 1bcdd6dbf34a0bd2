"""What the common beginning of all hooks does before their own part runs."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from branchlab_hooks.events import EVENTS, WITH_INPUT

if TYPE_CHECKING:
    from pathlib import Path

    from scratch_repository import ScratchRepository

ZERO = "0" * 40


def told(repository: ScratchRepository, event: str) -> list[str]:
    """Returns what the last call of an event was given, a `key=value` a line."""
    calls = (repository.path / ".git" / "told").read_text().split("\n.\n")[:-1]
    return next(call.split("\n") for call in reversed(calls) if call.startswith(f"event={event}\n"))


def silent(repository: ScratchRepository) -> bool:
    return not (repository.path / ".git" / "told").exists()


def hook(repository: ScratchRepository, event: str, content: str, mode: int = 0o755) -> Path:
    """Puts a hook where the one of before lies."""
    path = repository.write(f".git/hooks/{event}.before-branchlab", content)
    path.chmod(mode)
    return path


def call(
    repository: ScratchRepository, event: str, *arguments: str, stdin: bytes = b"", shell: str = "", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs a hook as git does."""
    return subprocess.run(
        [*([shell] if shell else []), f".git/hooks/{event}", *arguments],
        cwd=repository.path,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )


def test_a_hook_knows_the_branch_and_the_folders_of_a_plain_repository(hooked: ScratchRepository) -> None:
    hooked.git("switch", "--quiet", "--create", "exp/model/wider")
    assert told(hooked, "post-checkout")[1] == "branch=exp/model/wider"
    (hooked.path / "deep" / "er").mkdir(parents=True)
    hooked.git("-C", "deep/er", "commit", "--quiet", "--allow-empty", "--message", "x")
    assert told(hooked, "pre-commit") == [
        "event=pre-commit",
        "branch=exp/model/wider",
        "git_dir=.git",
        "state=.git/branchlab",
        f"cwd={hooked.path}",
        "input=[]",
    ]
    assert told(hooked, "prepare-commit-msg")[-2:] == ["argument=.git/COMMIT_EDITMSG", "argument=message"]


def test_a_detached_head_is_no_branch_and_an_unborn_one_is(hooked: ScratchRepository) -> None:
    hooked.git("checkout", "--quiet", "--detach")
    hooked.git("commit", "--quiet", "--allow-empty", "--message", "x")
    assert told(hooked, "pre-commit")[1] == "branch="
    hooked.git("checkout", "--quiet", "--orphan", "new")
    hooked.git("commit", "--quiet", "--allow-empty", "--message", "x")
    assert told(hooked, "pre-commit")[1] == "branch=new"


def test_a_linked_worktree_has_its_own_branch_and_shares_the_state(hooked: ScratchRepository) -> None:
    hooked.git("worktree", "add", "--quiet", "-b", "side", "../side work")
    hooked.git("-C", "../side work", "commit", "--quiet", "--allow-empty", "--message", "x")
    _, branch, git_dir, state, cwd, *_ = told(hooked, "pre-commit")
    assert branch == "branch=side"
    assert git_dir == f"git_dir={hooked.path}/.git/worktrees/side-work"
    assert os.path.samefile(state.removeprefix("state=").removesuffix("branchlab"), hooked.path / ".git")
    assert cwd == f"cwd={hooked.path.parent}/side work"


def test_a_worktree_is_understood_from_its_file_alone(hooked: ScratchRepository) -> None:
    hooked.git("worktree", "add", "--quiet", "-b", "side", "../side")
    path = hooked.path / ".git" / "hooks" / "pre-commit"
    subprocess.run([str(path)], cwd=hooked.path.parent / "side", check=True, env={"PATH": "/nowhere"})
    assert told(hooked, "pre-commit")[1:3] == ["branch=side", f"git_dir={hooked.path}/.git/worktrees/side"]


def test_head_may_be_a_symbolic_link(hooked: ScratchRepository) -> None:
    hooked.git("-c", "core.preferSymlinkRefs=true", "symbolic-ref", "HEAD", "refs/heads/old-style")
    assert (hooked.path / ".git" / "HEAD").is_symlink()
    assert call(hooked, "pre-commit").returncode == 0
    assert told(hooked, "pre-commit")[1] == "branch=old-style"


@pytest.mark.parametrize("shell", ["dash", "bash", "sh"])
def test_the_usual_case_starts_no_process(hooked: ScratchRepository, shell: str) -> None:
    lines = f"refs/heads/a {ZERO} refs/heads/a {ZERO}\n"
    for event in EVENTS:
        arguments = ["prepared"] if event == "reference-transaction" else []
        path = f"/usr/bin/{shell}"
        done = call(hooked, event, *arguments, stdin=lines.encode(), shell=path, PATH="/nowhere", GIT_DIR="")
        assert (done.returncode, done.stderr) == (0, b"")
        assert told(hooked, event)[1] == "branch=main"


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 1000])
def test_input_of_any_length_reaches_the_hook_of_before_and_ours(hooked: ScratchRepository, count: int) -> None:
    lines = "".join(f"refs/heads/{n} {ZERO} refs/heads/{n} \\t{ZERO}  \n" for n in range(count))
    hook(hooked, "pre-push", "#!/bin/sh\ncat >.git/copy\n")
    assert call(hooked, "pre-push", "origin", "a place", stdin=lines.encode()).returncode == 0
    assert (hooked.path / ".git" / "copy").read_text() == lines
    heard = "\n".join(told(hooked, "pre-push"))
    assert f"input=[{lines}]\nargument=origin\nargument=a place" in heard


def test_events_without_input_do_not_wait_for_it(hooked: ScratchRepository) -> None:
    for event in EVENTS.keys() - WITH_INPUT:
        read, write = os.pipe()
        done = subprocess.run([f".git/hooks/{event}"], cwd=hooked.path, stdin=read, check=False, timeout=20)
        os.close(read)
        os.close(write)
        assert done.returncode == 0


@pytest.mark.parametrize("event", EVENTS)
def test_a_hook_of_before_that_fails_ends_it_where_git_would_have_ended(hooked: ScratchRepository, event: str) -> None:
    hook(hooked, event, "#!/bin/sh\necho before >&2\nexit 7\n")
    arguments = ["prepared"] if event == "reference-transaction" else []
    done = call(hooked, event, *arguments)
    assert (done.returncode, done.stderr) == (7, b"before\n")
    assert silent(hooked) is not event.startswith("post-")


@pytest.mark.parametrize("event", EVENTS)
def test_the_own_part_of_a_recording_hook_never_fails(hooked: ScratchRepository, event: str) -> None:
    path = hooked.path / ".git" / "hooks" / event
    path.write_text(path.read_text() + "\nfalse || exit 3\n")
    arguments = ["prepared"] if event == "reference-transaction" else []
    assert call(hooked, event, *arguments).returncode == (3 if EVENTS[event] else 0)


def test_what_git_would_not_run_does_not_run(hooked: ScratchRepository) -> None:
    hook(hooked, "pre-commit", "#!/bin/sh\nexit 1\n", mode=0o644)
    (hooked.path / ".git" / "hooks" / "post-commit.before-branchlab").mkdir()
    assert call(hooked, "pre-commit").returncode == 0
    assert call(hooked, "post-commit").returncode == 0


SHEBANGS = ["#!/bin/sh", "#! /bin/sh -e", "#!/usr/bin/env bash", "#!/usr/bin/env -S bash -e", "#!/bin/bash -u"]


@pytest.mark.parametrize("shebang", SHEBANGS)
def test_a_shell_hook_of_before_keeps_its_name_and_folder(hooked: ScratchRepository, shebang: str) -> None:
    hook(hooked, "pre-commit", f'{shebang}\nprintf "%s," "$(basename "$0")" "$(dirname "$0")" "$@"\nexit 5\n')
    done = call(hooked, "pre-commit", "a b", "c'd")
    assert (done.returncode, done.stdout, done.stderr) == (5, b"pre-commit,.git/hooks,a b,c'd,", b"")


@pytest.mark.parametrize("shebang", ["#!/usr/bin/env python3", "#!/bin/cat", ""])
def test_a_hook_of_before_may_be_any_program(hooked: ScratchRepository, shebang: str) -> None:
    hook(hooked, "pre-commit", f"{shebang}\nprint('x')\n" if shebang else "echo no shebang, as git lets it be\n")
    done = call(hooked, "pre-commit")
    assert done.returncode == 0
    expected = {"#!/usr/bin/env python3": b"x\n", "": b"no shebang, as git lets it be\n"}
    assert done.stdout == expected.get(shebang, b"#!/bin/cat\nprint('x')\n")
    assert not silent(hooked)


def test_a_hook_of_before_that_starts_itself_by_its_name_runs_once_and_so_do_we(hooked: ScratchRepository) -> None:
    again = '#!/bin/sh\nif [ -z "$again" ]; then again=1; export again; sh "$0" "$@"; exit; fi\necho "once $1"\n'
    hook(hooked, "pre-commit", again)
    done = call(hooked, "pre-commit", "x")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"once x\n", b"")
    assert (hooked.path / ".git" / "told").read_text().count("event=") == 1


def test_what_guards_the_hook_of_before_does_not_reach_ours(hooked: ScratchRepository) -> None:
    hook(hooked, "pre-commit", "#!/bin/sh\n")
    path = hooked.path / ".git" / "hooks" / "pre-commit"
    path.write_text(path.read_text() + "\nenv\n")
    assert b"BRANCHLAB_CHAINED" not in call(hooked, "pre-commit").stdout


def test_the_skip_variable_leaves_only_the_hook_of_before(hooked: ScratchRepository) -> None:
    for event in EVENTS:
        assert call(hooked, event, BRANCHLAB_SKIP="1").returncode == 0
    hook(hooked, "pre-commit", "#!/bin/sh\nexit 6\n")
    assert call(hooked, "pre-commit", BRANCHLAB_SKIP="1").returncode == 6
    assert silent(hooked)


def test_references_are_looked_at_while_they_can_still_be_refused(hooked: ScratchRepository) -> None:
    for phase in ("preparing", "committed", "aborted"):
        assert call(hooked, "reference-transaction", phase, stdin=b"x").returncode == 0
    assert silent(hooked)
    hook(hooked, "reference-transaction", '#!/bin/sh\necho "$1"; cat\n')
    done = call(hooked, "reference-transaction", "committed", stdin=b"a b c\n")
    assert (done.returncode, done.stdout) == (0, b"committed\na b c\n")
    assert silent(hooked)
