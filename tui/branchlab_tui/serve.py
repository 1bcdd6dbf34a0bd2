"""Shows the program in a browser of this machine, to whoever holds the address with its secret.

Loopback alone keeps out neither other users of the machine nor a web page that asks the browser to connect, and what
is served can delete branches. So every request needs a cookie that only the address printed here can set.
"""

from __future__ import annotations

import secrets
import shlex
import socket
import sys
from typing import TYPE_CHECKING, Any

from branchlab.errors import EnvironmentProblemError
from branchlab_tui.skeleton import find_head

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable

    from aiohttp import web

HOST = "127.0.0.1"
_COOKIE = "branchlab"
_POLICY = "default-src 'self' data: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' ws:; frame-ancestors 'none'"


def serve(cwd: str, arguments: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Serves the program until it is interrupted; returns 0.

    Raises:
        EnvironmentProblemError: when textual-serve is missing, there is no repository, or the port is taken.
    """
    from branchlab.git.repository import find_repository

    find_repository(cwd)
    try:
        from textual_serve.server import Server
    except ImportError:
        raise EnvironmentProblemError(
            "--serve needs the package textual-serve", "pip install 'branchlab[serve]'"
        ) from None
    _check_port(arguments.port)
    secret = secrets.token_urlsafe(24)

    class LocalServer(Server):
        """textual-serve, for the holder of the secret."""

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(_guard(secret, f"{HOST}:{arguments.port}"))
            return app

        async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002 - Server calls it so
            say(f"branchlab: open http://{HOST}:{arguments.port}/?key={secret}")
            say("branchlab: Ctrl-C ends it")

        def initialize_logging(self) -> None:
            """Leaves logging as it is: the address holds the secret, and nobody asked for a line per request."""

    title = f"branchlab {find_head(cwd)[0].rpartition('/')[2]}"
    LocalServer(child_command(arguments), host=HOST, port=arguments.port, title=title).serve()
    return 0


def child_command(arguments: argparse.Namespace) -> str:
    """Returns the command line of the program that each page of the browser talks to."""
    words = [sys.executable, "-P", "-m", "branchlab.cli.main", "tui"]
    words += ["--query", arguments.query] if arguments.query is not None else []
    words += ["--view", arguments.view] if arguments.view else []
    words += ["--sweep", arguments.sweep] if arguments.sweep else []
    words += ["--theme", arguments.theme] if arguments.theme else []
    return shlex.join([*words, *(["--fresh"] if arguments.fresh else [])])


def _check_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else a port that was just left counts as taken
        try:
            trial.bind((HOST, port))
        except OSError as error:
            reason = (error.strerror or "refused").lower()
            raise EnvironmentProblemError(
                f"port {port} cannot be used: {reason}", "branchlab tui --serve --port ANOTHER"
            ) from None


def _guard(secret: str, host: str) -> Any:
    from aiohttp import web

    @web.middleware
    async def guard(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.headers.get("Host") != host:  # a name that an attacker points at this machine
            raise web.HTTPForbidden(text="unknown host")
        if request.path == "/" and secrets.compare_digest(request.query.get("key", ""), secret):
            found = web.HTTPFound("/")
            found.set_cookie(_COOKIE, secret, httponly=True, samesite="Strict")
            raise found
        if not secrets.compare_digest(request.cookies.get(_COOKIE, ""), secret):
            raise web.HTTPForbidden(text="open the address that branchlab printed")
        response = await handler(request)
        if not response.prepared:  # a websocket has sent its headers already
            response.headers["Content-Security-Policy"] = _POLICY  # the page asks a font of the network
        return response

    return guard
