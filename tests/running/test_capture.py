"""The code of a run by hand: captured at its start, beside the training."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from branchlab.running.ran_code import ran_code
from branchlab.tracking.capture import began, is_capturing
from branchlab.tracking.state import read_state
from branchlab.workspace import open_workspace
from captured_code import REF, RUN, captured, code_of, hold_git
from command_line import branchlab, fingerprint
from training_script import BEGIN, run_folder, run_script

if TYPE_CHECKING:
    from conftest import MakeRepository
    from scratch_repository import ScratchRepository


def test_the_code_is_the_working_tree_as_it_was_and_nothing_of_the_user_changes(repository: ScratchRepository) -> None:
    repository.commit("one", **{"module.py": "old\n", "gone.py": "", ".gitignore": "*.bin\n", "script.py": ""})
    repository.write("module.py", "new\n")
    repository.write("folder/fresh.py", "fresh\n")
    repository.write("model.bin", "ignored")
    repository.git("rm", "-q", "--cached", "gone.py")
    (repository.path / "gone.py").unlink()
    (repository.path / "script.py").write_text("import branchlab\n" + RUN)
    before = fingerprint(repository)
    assert run_script(repository.path, RUN) == ("", "")
    code = captured(repository.path)
    assert (code.exact, code.differs) == (True, ())
    assert fingerprint(repository).keys() == before.keys()
    assert fingerprint(repository)["index"] == before["index"]
    files = repository.git("ls-tree", "-r", "--name-only", code.commit).split("\n")
    assert files == [".gitignore", "folder/fresh.py", "module.py", "script.py"]
    assert repository.git("show", f"{code.commit}:module.py") == "new"
    assert repository.git("rev-parse", REF + run_folder(repository.path).name) == code.commit
    assert repository.git("rev-parse", f"{code.commit}^") == repository.git("rev-parse", "HEAD")


def test_a_clean_tree_is_held_also_when_its_commit_is_amended_away(repository: ScratchRepository) -> None:
    head = repository.commit("one", **{"script.py": "import branchlab\n" + RUN})
    run_script(repository.path, RUN)
    code = captured(repository.path)
    assert code.commit == head
    repository.git("commit", "--amend", "-q", "-m", "two")
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "-q", "--prune=now")
    assert repository.git("cat-file", "-t", head) == "commit"


def test_the_training_never_waits(repository: ScratchRepository, tmp_path: Path) -> None:
    environment, gate = hold_git(tmp_path)
    code = """
import time, os
began = time.monotonic()
with branchlab.start_run() as run:
    took = time.monotonic() - began
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print(took)
"""
    output, words = run_script(repository.path, code, env=environment)
    assert (float(output) < 5, words) == (True, "")
    folder = run_folder(repository.path)
    assert is_capturing(str(folder))
    assert code_of(repository.path, wait=0.1) is None
    said = branchlab(repository.path, "rm", folder.name)
    assert (said.code, "still being captured" in said.err) == (4, True)
    gate.touch()
    assert captured(repository.path).exact
    assert not is_capturing(str(folder))


def test_a_training_that_ignores_the_end_of_children_is_captured(repository: ScratchRepository) -> None:
    repository.write("module.py", "1\n")
    ignore = "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
    assert run_script(repository.path, ignore + RUN) == ("", "")
    assert captured(repository.path).exact


def test_without_a_name_for_the_user_the_code_is_captured_all_the_same(repository: ScratchRepository) -> None:
    for key, value in (("user.useConfigOnly", "true"), ("user.name", ""), ("user.email", "")):
        repository.git("config", key, value)
    repository.write("module.py", "1\n")
    run_script(repository.path, RUN)
    assert repository.git("log", "-1", "--format=%an %ae", captured(repository.path).commit) == "branchlab branchlab"


def test_a_child_of_multiprocessing_has_a_run_of_its_own_with_its_code(repository: ScratchRepository) -> None:
    code = f"""
import multiprocessing

def work():
    {RUN}
if __name__ == "__main__":
    for kind in ("fork", "spawn"):
        process = multiprocessing.get_context(kind).Process(target=work)
        process.start()
        process.join()
        print(process.exitcode)
"""
    assert run_script(repository.path, code) == ("0\n0\n", "")
    workspace = open_workspace(str(repository.path))
    states = [read_state(str(folder)) for folder in Path(workspace.runs_dir).iterdir()]
    found = [ran_code(workspace, state, wait=20) for state in states if state]
    assert [code.exact for code in found if code] == [True, True]


def test_what_changes_after_the_start_is_named(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.write("branchlab.toml", '[project]\ncollect = ["dvclive"]\n')
    repository.commit("one", **{"module.py": "1\n", "same.py": "1\n", "metrics.toml": "schema = 1\n"})
    repository.commit("two", **{"dvclive/metrics.json": "{}", "data.csv": "1\n"})
    repository.write("edited.py", "early\n")
    repository.write("module.py", "2\n")
    environment, gate = hold_git(tmp_path)
    code = f"""
with branchlab.start_run() as run:
    for path in ("module.py", "data.csv", "metrics.toml", "dvclive/metrics.json", "output.csv", "edited.py"):
        open(path, "a").write("late")
    open({str(gate)!r}, "w").close()
"""
    run_script(repository.path, code, env=environment)
    found = captured(repository.path)
    assert (found.exact, found.differs) == (False, ("data.csv", "edited.py", "module.py"))
    files = repository.git("ls-tree", "-r", "--name-only", found.commit).split("\n")
    assert "output.csv" not in files  # the run made it
    assert repository.git("show", f"{found.commit}:dvclive/metrics.json") == "{}"


def test_what_was_replaced_by_an_older_file_counts_as_changed(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.commit("one", **{"module.py": "1\n", "script.py": "import branchlab\n"})
    old = repository.write(".git/old.py", "0\n")
    os.utime(old, (1, 1))
    environment, gate = hold_git(tmp_path)
    code = f"""
with branchlab.start_run() as run:
    import os
    os.replace(".git/old.py", "module.py")
    open({str(gate)!r}, "w").close()
"""
    run_script(repository.path, code, env=environment)
    assert captured(repository.path).differs == ("module.py",)


def test_the_start_is_that_of_the_program_which_read_its_code_long_before_the_run(
    repository: ScratchRepository,
) -> None:
    repository.commit("one", **{"module.py": "1\n"})
    run_script(repository.path, f'import time; time.sleep(0.1); open("module.py", "w").write("2")\n{RUN}')
    assert captured(repository.path).differs == ("module.py",)


def test_a_switch_after_the_start_is_seen_though_the_tree_is_clean(
    repository: ScratchRepository, tmp_path: Path
) -> None:
    repository.commit("one", **{"module.py": "1\n", ".gitignore": "script.py\n"})
    repository.git("switch", "-q", "-c", "other")
    repository.commit("two", **{"module.py": "2\n"})
    environment, gate = hold_git(tmp_path)
    switch = f'import os; os.system("{sys.executable} -c pass; PATH=${{PATH#*:}} git switch -q main")'
    run_script(
        repository.path,
        f"with branchlab.start_run() as run:\n    {switch}\n    open({str(gate)!r}, 'w').close()\n",
        env=environment,
    )
    assert repository.git("branch", "--show-current") == "main"
    assert captured(repository.path).differs == ("module.py",)


def test_a_file_that_is_too_large_is_left_out_and_named(repository: ScratchRepository) -> None:
    repository.commit("one", **{"branchlab.toml": "[project]\nmax_file_bytes = 1000\n"})
    for number in range(12):
        repository.write(f"part-{number:02}", "x" * 990)
    repository.write("large.csv", "x" * 1001)
    run_script(repository.path, RUN)
    code = captured(repository.path)
    assert (code.exact, code.differs) == (False, ("large.csv", "part-10", "part-11"))
    assert "large.csv" not in repository.git("ls-tree", "-r", "--name-only", code.commit)


def test_a_nested_repository_is_no_part_of_the_code(repository: ScratchRepository) -> None:
    repository.write("nested/module.py", "1\n")
    subprocess.run(["git", "init", "-q", "nested"], cwd=repository.path, check=True)
    run_script(repository.path, RUN)
    assert captured(repository.path).differs == ("nested/",)


def test_before_the_first_commit_nothing_is_captured(make_repository: MakeRepository) -> None:
    repository = make_repository(commit=False)
    assert run_script(repository.path, RUN) == ("", "")
    assert code_of(repository.path) is None
    assert (run_folder(repository.path) / "capture.log").read_text() == ""


def test_in_a_conflict_nothing_is_captured(repository: ScratchRepository) -> None:
    repository.commit("one", **{"module.py": "1\n"})
    repository.git("switch", "-q", "-c", "other")
    repository.commit("two", **{"module.py": "2\n"})
    repository.git("switch", "-q", "main")
    repository.commit("three", **{"module.py": "3\n"})
    subprocess.run(["git", "merge", "-q", "other"], cwd=repository.path, check=False, capture_output=True)
    assert run_script(repository.path, RUN) == ("", "")
    assert code_of(repository.path) is None
    assert (run_folder(repository.path) / "capture.log").read_text() == ""
    assert repository.git("for-each-ref", REF) == ""


def test_it_can_be_switched_off(repository: ScratchRepository) -> None:
    run_script(repository.path, RUN, env={"BRANCHLAB_CAPTURE": "0"})
    assert code_of(repository.path) is None
    assert not (run_folder(repository.path) / "capture.log").exists()


def test_a_linked_worktree_has_its_own_code(repository: ScratchRepository, tmp_path: Path) -> None:
    repository.commit("one", **{"module.py": "main\n"})
    linked = tmp_path / "linked"
    repository.git("worktree", "add", "-q", "-b", "exp/model/x", str(linked))
    (linked / "module.py").write_text("linked\n")
    run_script(linked, RUN)
    assert repository.git("show", f"{captured(linked).commit}:module.py") == "linked"


def test_in_a_submodule_it_is_the_code_of_the_submodule(make_repository: MakeRepository) -> None:
    library = make_repository("library")
    library.commit("one", **{"module.py": "1\n"})
    repository = make_repository()
    repository.git("submodule", "add", "-q", str(library.path), "inner")
    repository.commit("two")
    inner = repository.path / "inner"
    (inner / "module.py").write_text("2\n")
    run_script(inner, RUN)
    done = subprocess.run(
        ["git", "show", f"{captured(inner).commit}:module.py"], cwd=inner, capture_output=True, text=True, check=True
    )
    assert done.stdout == "2\n"
    run_script(repository.path, RUN)
    assert captured(repository.path).differs == ("inner",)


def test_a_script_below_the_project_that_goes_elsewhere_is_captured_from_the_top(
    repository: ScratchRepository, tmp_path: Path
) -> None:
    repository.commit("one", **{"sub/branchlab.toml": "", "outside.py": "1\n"})
    repository.write("outside.py", "2\n")
    below = repository.path / "sub" / "deep"
    below.mkdir()
    code = f"import os\nrun = branchlab.start_run()\nos.chdir({str(tmp_path)!r})\nrun.log(x=1)\n"
    run_script(below, code)
    assert repository.git("show", f"{captured(below).commit}:outside.py") == "2"


def test_many_runs_at_once_are_all_captured(repository: ScratchRepository) -> None:
    repository.commit("one", **{"module.py": "1\n"})
    repository.write("module.py", "2\n")
    script = "import subprocess, sys; runs = [subprocess.Popen([sys.executable, 'run.py']) for _ in range(6)]"
    repository.write("run.py", BEGIN + RUN)
    assert run_script(repository.path, f"{script}; print([run.wait() for run in runs])") == (f"{[0] * 6}\n", "")
    workspace = open_workspace(str(repository.path))
    states = [read_state(str(folder)) for folder in Path(workspace.runs_dir).iterdir()]
    found = [ran_code(workspace, state, wait=30) for state in states if state]
    assert len(found) == 6
    assert {repository.git("show", f"{code.commit}:module.py") for code in found if code} == {"2"}
    assert len({code.commit for code in found if code}) == 6


def test_an_interpreter_without_packages_captures_as_well(repository: ScratchRepository) -> None:
    source = Path(sys.modules["branchlab"].__path__[0]).parent
    code = f"import sys; sys.path.append({str(source)!r}); import branchlab; branchlab.start_run().log(x=1)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=repository.path, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert captured(repository.path).exact


def test_a_program_with_python_inside_is_not_started_again(repository: ScratchRepository) -> None:
    run_script(repository.path, f'import sys; sys.executable = "/bin/false"\n{RUN}')
    assert not (run_folder(repository.path) / "capture.log").exists()


def test_a_forked_child_has_the_code_of_its_parent() -> None:
    start = "import os, time\nfrom branchlab.tracking.capture import began\ntime.sleep(0.2)\n"
    code = "print(began(), flush=True)\nif os.fork(): os.wait()\nelse: print(began(), flush=True)"
    done = subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=True)
    first, second = map(float, done.stdout.split())
    assert abs(first - second) < 0.01
    assert time.time() - first < 20
    assert began() < first
