"""What `configure` writes into git's configuration, and that nothing of it stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.git.repository import find_repository
from branchlab_hooks import drivers

if TYPE_CHECKING:
    from scratch_repository import ScratchRepository


def test_configuring_is_safe_to_repeat(repository: ScratchRepository) -> None:
    place = find_repository(str(repository.path))
    config = repository.path / ".git" / "config"
    assert drivers.read_state(place) == (False, "not in git's configuration")
    assert drivers.configure(place)
    assert drivers.read_state(place).ok
    before = config.read_bytes()
    assert not drivers.configure(place)
    assert config.read_bytes() == before


def test_unconfiguring_leaves_the_bytes_that_were_there(repository: ScratchRepository) -> None:
    place = find_repository(str(repository.path))
    config = repository.path / ".git" / "config"
    repository.git("config", "merge.ours.driver", "true")
    repository.git("config", "diff.branchlab-like.textconv", "cat")
    before = config.read_bytes()
    drivers.configure(place)
    assert drivers.unconfigure(place)
    assert config.read_bytes() == before
    assert not drivers.unconfigure(place)


def test_drivers_of_another_python_are_told_and_replaced(repository: ScratchRepository) -> None:
    place = find_repository(str(repository.path))
    drivers.configure(place)
    repository.git("config", "merge.branchlab.driver", "/gone/python -m branchlab merge-record")
    state = drivers.read_state(place)
    assert not state.ok
    assert "another Python" in state.problem
    assert drivers.configure(place)
    assert drivers.read_state(place).ok
