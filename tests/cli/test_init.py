"""`branchlab init` and `new`."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from command_line import branchlab, fingerprint

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


def test_init_makes_what_is_missing_says_it_and_can_be_repeated(repository: ScratchRepository) -> None:
    repository.commit("script", **{"params.yaml": "lr: 1\n", "main.py": ""})
    said = branchlab(repository.path, "init")
    assert said.code == 0, said.err
    settings = tomllib.loads((repository.path / "branchlab.toml").read_text())
    assert settings["project"]["params"] == ["params.yaml"]
    assert settings["project"]["command"] == "python main.py"
    assert settings["project"]["baseline"] == "main"
    assert (repository.path / ".dvc" / "config").exists()
    assert "metrics.toml" in (repository.path / "dvc.yaml").read_text()
    assert "/metrics.toml text eol=lf" in (repository.path / ".gitattributes").read_text()
    repository.commit("init")
    before = fingerprint(repository)
    again = branchlab(repository.path, "init")
    assert again.err == "branchlab: everything was there already\n"
    assert fingerprint(repository) == before


def test_init_keeps_what_the_user_has(repository: ScratchRepository) -> None:
    repository.commit("own", **{".gitattributes": "*.csv diff", "branchlab.toml": '[project]\nbaseline = "trunk"\n'})
    assert branchlab(repository.path, "init", "--no-dvc").code == 0
    assert (repository.path / ".gitattributes").read_text().startswith("*.csv diff\n*.dvc merge=")
    assert (repository.path / "branchlab.toml").read_text() == '[project]\nbaseline = "trunk"\n'
    assert not (repository.path / ".dvc").exists()


def test_a_folder_can_be_a_project_of_its_own(repository: ScratchRepository) -> None:
    folder = repository.path / "ml" / "one"
    folder.mkdir(parents=True)
    assert branchlab(folder, "init", "--here").code == 0
    assert (folder / "branchlab.toml").exists()
    assert (folder / ".dvc").exists()
    assert not (repository.path / "branchlab.toml").exists()


def test_new_switches_to_a_good_name_and_keeps_the_hypothesis(repository: ScratchRepository) -> None:
    said = branchlab(repository.path, "new", "tune/low-rate", "--why", "less noise")
    assert (said.code, said.out) == (0, "exp/tune/low-rate\n")
    assert repository.git("symbolic-ref", "--short", "HEAD") == "exp/tune/low-rate"
    assert repository.git("config", "branch.exp/tune/low-rate.description") == "less noise"


def test_new_refuses_bad_and_taken_names_and_starts_where_it_is_told(repository: ScratchRepository) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.commit("second")
    assert branchlab(repository.path, "new", "Not Good").code == 2
    assert branchlab(repository.path, "new", "old", "--from", first).code == 0
    assert repository.git("rev-parse", "HEAD") == first
    said = branchlab(repository.path, "new", "old")
    assert said.code == 2
    assert "hint: exp/model/old-2 is free" in said.err
    repository.git("branch", "exp/model/old-2")
    assert "hint: exp/model/old-3 is free" in branchlab(repository.path, "new", "old").err
    assert branchlab(repository.path, "new", "nowhere", "--from", "no-such").code == 3
