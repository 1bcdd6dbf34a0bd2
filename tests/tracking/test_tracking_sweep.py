"""What a script under a sweep can ask its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import branchlab
from branchlab.running.stopping import mark_stopped

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from scratch_repository import ScratchRepository


def test_a_checkpoint_is_named_only_while_it_is_there(
    repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.path)
    with branchlab.start_run() as run:
        assert run.checkpoint is None
        monkeypatch.setenv("BRANCHLAB_CHECKPOINT", "model.bin")
        assert run.checkpoint is None
        repository.write("model.bin", "weights")
        assert run.checkpoint == "model.bin"


def test_a_run_hears_that_it_should_stop(repository: ScratchRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.path)
    with branchlab.start_run() as run:
        assert not run.should_stop
        mark_stopped(run.folder)
        assert run.should_stop


def test_a_script_that_nobody_records_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with branchlab.start_run() as run:
        assert not run.should_stop
        assert run.checkpoint is None
