"""Parameter files in real merges: by key, comments kept, markers around what is in conflict and nothing else."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from merging_branches import prepare, read, try_git

if TYPE_CHECKING:
    from merging_branches import Said
    from scratch_repository import ScratchRepository

TOML = "# the rate\nlr = 0.1  # keep me\ndepth = 3\n\n[model]\n# how wide\nwidth = 64\n"
YAML = "# the rate\nlr: 0.1  # keep me\ndepth: 3\n\nmodel:\n  # how wide\n  width: 64\n"
JSON = '{\n  "lr": 0.1,\n  "depth": 3,\n  "model": {\n    "width": 64\n  }\n}\n'


def merge(repository: ScratchRepository, path: str, base: str, ours: str, theirs: str) -> Said:
    """Merges `theirs` into `ours`; empty text is no file."""
    prepare(repository, f'[project]\nparams = ["{path}"]\n')
    if base:
        repository.commit("base", **{path: base})
    repository.git("switch", "--quiet", "--create", "theirs")
    repository.commit("theirs", **{path: theirs})
    repository.git("switch", "--quiet", "--create", "mine", "main")
    repository.commit("ours", **{path: ours})
    return try_git(repository, "merge", "--no-edit", "theirs")


@pytest.mark.parametrize(("path", "base"), [("params.toml", TOML), ("params.yaml", YAML), ("params.json", JSON)])
def test_neighbouring_keys_do_not_conflict(repository: ScratchRepository, path: str, base: str) -> None:
    said = merge(repository, path, base, base.replace("0.1", "0.2"), base.replace("3", "4").replace("64", "128"))
    assert said.code == 0, said.text
    assert read(repository, path) == base.replace("0.1", "0.2").replace("3", "4").replace("64", "128")


def test_keys_that_both_add_in_one_place_are_both_kept_with_their_comments(repository: ScratchRepository) -> None:
    ours, theirs = TOML + "# a\na = 1\n", TOML + "# b\nb = 2\n"
    assert merge(repository, "params.toml", TOML, ours, theirs).code == 0
    assert read(repository, "params.toml") == TOML + "# a\na = 1\n# b\nb = 2\n"


def test_comments_of_both_sides_stay_where_only_values_are_close(repository: ScratchRepository) -> None:
    ours = TOML.replace("0.1", "0.2").replace("# the rate", "# our rate")
    theirs = TOML.replace("depth = 3", "depth = 4") + "\n# theirs\n[optimizer]  # new\nkind = 'adam'\n"
    assert merge(repository, "params.toml", TOML, ours, theirs).code == 0
    assert read(repository, "params.toml") == theirs.replace("0.1", "0.2").replace("# the rate", "# our rate")


def test_a_key_that_one_took_out_is_gone_beside_a_change_of_the_other(repository: ScratchRepository) -> None:
    ours, theirs = TOML.replace("0.1", "0.2"), TOML.replace("depth = 3\n", "")
    assert merge(repository, "params.toml", TOML, ours, theirs).code == 0
    assert read(repository, "params.toml") == ours.replace("depth = 3\n", "")


@pytest.mark.parametrize(("path", "base"), [("params.toml", TOML), ("params.yaml", YAML), ("params.json", JSON)])
def test_a_real_conflict_has_markers_around_its_line_only(repository: ScratchRepository, path: str, base: str) -> None:
    theirs = base.replace("0.1", "0.3").replace("3", "4", 1).replace("0.4", "0.3").replace("64", "128")
    said = merge(repository, path, base, base.replace("0.1", "0.2"), theirs)
    assert said.code == 1
    assert f"CONFLICT (content): Merge conflict in {path}" in said.text
    line = next(line for line in base.splitlines() if "0.1" in line)
    lines = [line.replace("0.1", rate) for rate in ("0.2", "0.3")]
    conflict = f"<<<<<<< ours\n{lines[0]}\n=======\n{lines[1]}\n>>>>>>> theirs"
    assert conflict in read(repository, path)
    assert read(repository, path).count("<<<<<<<") == 1
    assert "128" in read(repository, path)


def test_conflicts_follow_the_style_that_the_user_set(repository: ScratchRepository) -> None:
    repository.git("config", "merge.conflictStyle", "diff3")
    merge(repository, "params.toml", "lr = 1\n", "lr = 2\n", "lr = 3\n")
    conflict = "<<<<<<< ours\nlr = 2\n||||||| base\nlr = 1\n=======\nlr = 3\n>>>>>>> theirs\n"
    assert read(repository, "params.toml") == conflict


def test_a_change_of_what_the_other_took_out_is_a_conflict(repository: ScratchRepository) -> None:
    said = merge(repository, "params.toml", TOML, TOML.replace("depth = 3\n", ""), TOML.replace("3", "4"))
    assert said.code == 1
    assert "<<<<<<< ours\n=======\ndepth = 4\n>>>>>>> theirs\n" in read(repository, "params.toml")


def test_a_file_that_both_added_is_merged_by_key(repository: ScratchRepository) -> None:
    said = merge(repository, "extra.toml", "", "a = 1\nc = 3\n", "b = 2\nc = 3\n")
    assert said.code == 0, said.text
    assert sorted(read(repository, "extra.toml").splitlines()) == ["a = 1", "b = 2", "c = 3"]


def test_windows_line_ends_stay(repository: ScratchRepository) -> None:
    repository.git("config", "core.autocrlf", "false")
    base = TOML.replace("\n", "\r\n")
    assert merge(repository, "params.toml", base, base.replace("0.1", "0.2"), base.replace("3", "4")).code == 0
    assert read(repository, "params.toml") == base.replace("0.1", "0.2").replace("3", "4")


def test_line_ends_that_one_side_changed_do_not_conflict(repository: ScratchRepository) -> None:
    repository.git("config", "core.autocrlf", "false")
    ours, theirs = TOML.replace("0.1", "0.2").replace("\n", "\r\n"), TOML.replace("3", "4")
    assert merge(repository, "params.toml", TOML, ours, theirs).code == 0
    assert read(repository, "params.toml") == ours.replace("3", "4")


def test_long_lists_merge_where_their_lines_do(repository: ScratchRepository) -> None:
    base = "columns = [\n" + "".join(f'    "c{number}",\n' for number in range(9)) + "]\n"
    ours, theirs = base.replace('    "c0",\n', ""), base.replace("c8", "last")
    assert merge(repository, "params.toml", base, ours, theirs).code == 0
    assert read(repository, "params.toml") == ours.replace("c8", "last")


def test_a_renamed_file_is_merged_by_key(repository: ScratchRepository) -> None:
    prepare(repository, '[project]\nparams = ["params.toml", "moved.toml"]\n', TOML)
    repository.git("switch", "--quiet", "--create", "theirs")
    repository.git("mv", "params.toml", "moved.toml")
    repository.commit("theirs", **{"moved.toml": TOML.replace("3", "4")})
    repository.git("switch", "--quiet", "main")
    repository.commit("ours", **{"params.toml": TOML.replace("0.1", "0.2")})
    assert try_git(repository, "merge", "--no-edit", "theirs").code == 0
    assert read(repository, "moved.toml") == TOML.replace("0.1", "0.2").replace("3", "4")


def test_a_table_takes_the_place_of_a_value(repository: ScratchRepository) -> None:
    base = 'lr = 1\nopt = "adam"\n[m]\nx = 1\n'
    theirs = 'lr = 1\n[m]\nx = 1\n[opt]\nkind = "adam"\n'
    assert merge(repository, "params.toml", base, base.replace("lr = 1", "lr = 2"), theirs).code == 0
    assert tomllib.loads(read(repository, "params.toml")) == {"lr": 2, "m": {"x": 1}, "opt": {"kind": "adam"}}


def test_a_conflict_of_a_table_and_a_value_is_named(repository: ScratchRepository) -> None:
    base = 'opt = "adam"\nlr = 1\n[m]\nx = 1\n'
    theirs = 'lr = 1\n[m]\nx = 1\n[opt]\nkind = "adam"\n'
    said = merge(repository, "params.toml", base, base.replace("adam", "sgd"), theirs)
    assert said.code == 1
    assert "merged by line: params.toml: both sides changed opt. hint: settle it by hand" in said.text
    assert "<<<<<<< ours\n" in read(repository, "params.toml")


def test_values_that_yaml_shares_follow_the_place_they_come_from(repository: ScratchRepository) -> None:
    base = "base: &b\n  lr: 1\n  depth: 1\nuse:\n  <<: *b\n  e: 1\n"
    ours, theirs = base.replace("lr: 1", "lr: 2"), base.replace("depth: 1", "depth: 2")
    assert merge(repository, "params.yaml", base, ours, theirs).code == 0
    assert read(repository, "params.yaml") == ours.replace("depth: 1", "depth: 2")


@pytest.mark.parametrize("path", ["-h.toml", "a b/c'd.toml", "é.toml"])
def test_a_file_with_an_odd_name_is_merged_by_key(repository: ScratchRepository, path: str) -> None:
    ours, theirs = TOML.replace("0.1", "0.2"), TOML.replace("3", "4")
    assert merge(repository, path, TOML, ours, theirs).code == 0
    assert read(repository, path) == ours.replace("3", "4")


@pytest.mark.parametrize("broken", ["lr = \n", "lr = 1\nlr = 2\n", "lr = 0.2 \udcff\n"])
def test_a_file_that_cannot_be_read_is_merged_by_line(repository: ScratchRepository, broken: str) -> None:
    prepare(repository)
    repository.git("switch", "--quiet", "--create", "theirs")
    repository.commit("theirs", **{"params.toml": "lr = 0.3\n"})
    repository.git("switch", "--quiet", "main")
    repository.commit("ours", **{"params.toml": broken})
    said = try_git(repository, "merge", "--no-edit", "theirs")
    assert said.code == 1
    assert "branchlab: merged by line: params.toml is not" in said.text
    assert b"<<<<<<< ours\n" in (repository.path / "params.toml").read_bytes()


def test_words_about_a_file_cannot_steer_the_terminal(repository: ScratchRepository) -> None:
    said = merge(repository, "params.toml", "a = 1\n", 'a = 2\n"\x1b[31m" = \n', "a = 3\n")
    assert said.code == 1
    assert "branchlab: merged by line: params.toml is not valid TOML" in said.text
    assert "\x1b" not in said.text


@pytest.mark.parametrize("agreed", [True, False])
def test_branches_that_were_merged_both_ways_merge_again(repository: ScratchRepository, *, agreed: bool) -> None:
    """The common ancestors are merged first: what they agree about must not conflict, and markers must not stay."""
    base = "lr = 1\na = 0\nb = 0\nc = 0\ndepth = 1\n"
    prepare(repository, params=base)
    repository.git("switch", "--quiet", "--create", "left")
    repository.commit("left", **{"params.toml": base.replace("lr = 1", "lr = 2")})
    repository.git("switch", "--quiet", "--create", "right", "main")
    rate = "lr = 1" if agreed else "lr = 3"
    repository.commit("right", **{"params.toml": base.replace("depth = 1", "depth = 2").replace("lr = 1", rate)})
    repository.git("switch", "--quiet", "--create", "one", "left")
    for branch, other in (("one", "right"), ("two", "left")):
        repository.git("switch", "--quiet", *([branch] if branch == "one" else ["--create", branch, "right"]))
        try_git(repository, "merge", "--no-commit", other)
        repository.commit(
            "merge", **{"params.toml": base.replace("lr = 1", "lr = 2").replace("depth = 1", "depth = 2")}
        )
    repository.commit("on", **{"params.toml": "lr = 2\na = 9\nb = 0\nc = 0\ndepth = 5\n"})
    repository.git("switch", "--quiet", "one")
    repository.commit("on", **{"params.toml": "lr = 7\na = 0\nb = 0\nc = 0\ndepth = 2\n"})
    said = try_git(repository, "merge", "--no-edit", "two")
    if agreed:
        assert said.code == 0, said.text
        assert read(repository, "params.toml") == "lr = 7\na = 9\nb = 0\nc = 0\ndepth = 5\n"
    else:
        assert read(repository, "params.toml").count("<<<<<<<") == said.code == 1
        assert "<<<<<<< ours\nlr = 7\n=======\nlr = 2\n>>>>>>> theirs\na = 9\n" in read(repository, "params.toml")
