"""Golden files of reports: run with WRITE_GOLDEN=1 to write them anew, then look at them."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "report" / "golden"


def check(name: str, text: str) -> None:
    """Fails where a text is not as the file of this name has it."""
    file = FOLDER / name
    if os.environ.get("WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
