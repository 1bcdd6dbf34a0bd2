"""The program in a browser: only whoever holds the printed address gets in."""

from __future__ import annotations

import http.client
import re
import signal
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import pytest

from command_line import branchlab, start
from waiting import PATIENCE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from scratch_repository import ScratchRepository

pytest.importorskip("textual_serve")


class _Served(NamedTuple):
    port: int
    key: str
    process: subprocess.Popen[bytes]


@contextmanager
def _serve(repository: ScratchRepository) -> Iterator[_Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start(repository.path, "tui", "--serve", "--port", str(port))
    try:
        assert process.stderr
        line = process.stderr.readline().decode()
        found = re.search(rf"http://127\.0\.0\.1:{port}/\?key=(\S+)", line)
        assert found, line
        while True:  # the address is printed a moment before the port is open
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), 10):
                break
            assert process.poll() is None
        yield _Served(port, found[1], process)
    finally:
        process.kill()
        process.communicate()


def _ask(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def test_only_the_printed_address_opens_the_page(repository: ScratchRepository) -> None:
    with _serve(repository) as served:
        assert _ask(served.port, "/").status == 403
        assert _ask(served.port, "/ws").status == 403
        assert _ask(served.port, "/?key=guess").status == 403
        opened = _ask(served.port, f"/?key={served.key}")
        cookie = (opened.getheader("Set-Cookie") or "").partition(";")[0]
        assert opened.status == 302
        page = _ask(served.port, "/", Cookie=cookie)
        assert page.status == 200
        assert "connect-src 'self'" in (page.getheader("Content-Security-Policy") or "")
        assert _ask(served.port, "/", Cookie=cookie, Host="evil.example").status == 403
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(PATIENCE) == 0


def test_a_port_in_use_is_one_line(repository: ScratchRepository) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = branchlab(repository.path, "tui", "--serve", "--port", str(taken.getsockname()[1]))
    assert said.code == 3
    assert "cannot be used" in said.err
