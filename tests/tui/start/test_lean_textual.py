"""Textual is imported without what is never used, and nothing that asks for it later misses it."""

from __future__ import annotations

import subprocess
import sys

import pytest

LEAN = "import sys; from branchlab_tui import lean_textual; from branchlab_tui.lean_textual import import_textual"
LOADED = "print(*(name for name in ('ssl', 'textual.command', 'textual.app') if name in sys.modules))"


def run(*lines: str) -> str:
    done = subprocess.run([sys.executable, "-c", "\n".join([LEAN, *lines])], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_what_is_left_out_can_be_imported_afterwards() -> None:
    assert run("import_textual()", LOADED) == "textual.app"
    after = "from textual.system_commands import SystemCommandsProvider; import ssl; print(ssl.OPENSSL_VERSION[:7])"
    assert run("import_textual()", after) == "OpenSSL"


def test_what_is_there_already_stays() -> None:
    assert run("import ssl", "before = ssl", "import_textual()", "print(sys.modules['ssl'] is before)") == "True"


@pytest.mark.parametrize("needed", ["textual.geometry", "textual.errors"])
def test_a_textual_that_needs_more_is_imported_in_full(needed: str) -> None:
    use = "from textual.app import App; from textual.geometry import Size; print(App.__name__, Size(2, 3).area)"
    assert run(f"lean_textual._PALETTE = {needed!r}", "import_textual()", use) == "App 6"
