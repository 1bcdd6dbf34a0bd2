"""Files of the user's tree are replaced as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchlab.plainfile import write_plain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["n" * 255, "é" * 127, "🜂" * 63 + "abc"])
def test_a_name_as_long_as_a_file_system_takes_is_written(tmp_path: Path, name: str) -> None:
    for content in (b"one", b"two"):
        write_plain(str(tmp_path / name), content)
        assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(name, content)]
