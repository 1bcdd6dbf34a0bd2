"""docs/tui.md lists the keys that the program has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_tables_of_keys_are_those_of_the_program() -> None:
    done = subprocess.run([sys.executable, str(DOCS / "keytable.py"), "--check"], check=False)
    assert done.returncode == 0, "write them with: python docs/keytable.py"
