"""One comment of a pull request is kept up to date, and a token that may not write is no failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = Path(__file__).parents[2] / "hooks/ci/comment.py"
MARK = "<!-- branchlab report: . -->\n"
BOT = {"type": "Bot"}


class Host:
    """A git host as far as comments go; `refusal` is the status it answers writes with, 0 for none."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.refusal = 0
        self.asked: list[str] = []
        self.address = ""

    def answer(self, method: str, path: str, content: Any) -> tuple[int, Any]:
        self.asked.append(f"{method} {path.partition('?')[0]}")
        if self.refusal and method != "GET":
            return self.refusal, {"message": "Resource not accessible by integration"}
        if method == "GET":
            page = int(path.rpartition("page=")[2]) - 1
            return 200, self.comments[page * 100 : (page + 1) * 100]
        if method == "POST":
            self.comments.append({"id": len(self.comments) + 1, "user": BOT, **content})
            return 201, self.comments[-1]
        self.comments[int(path.rpartition("/")[2]) - 1].update(content)
        return 200, {}


@pytest.fixture
def host() -> Iterator[Host]:
    found = Host()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            assert self.headers["Authorization"] == "Bearer secret"
            length = int(self.headers.get("Content-Length", 0))
            content = json.loads(self.rfile.read(length)) if length else None
            status, answer = found.answer(self.command, self.path, content)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.address = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


def comment(host: Host, report: str, folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    place = folder / changes.get("BRANCHLAB_PATHS", ".").splitlines()[-1]
    place.mkdir(exist_ok=True)
    (place / "report.md").write_text(report)
    environment = {
        **os.environ,
        "GITHUB_API_URL": host.address,
        "GITHUB_TOKEN": "secret",
        "GITHUB_REPOSITORY": "team/project",
        "BRANCHLAB_PULL_REQUEST": "7",
        **changes,
    }
    return subprocess.run(
        [sys.executable, "-I", SCRIPT, folder],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_comment_is_written_once_and_then_replaced(host: Host, tmp_path: Path) -> None:
    host.comments = [{"id": n + 1, "user": {"type": "User"}, "body": f"{MARK}not ours"} for n in range(130)]
    for report in ("first ✗", "second"):
        assert comment(host, report, tmp_path).returncode == 0
    assert [item["body"] for item in host.comments[130:]] == [f"{MARK}second"]
    assert host.asked[-1] == "PATCH /repos/team/project/issues/comments/131"
    assert all(item["body"] == f"{MARK}not ours" for item in host.comments[:130])


def test_two_projects_of_a_repository_have_a_comment_each(host: Host, tmp_path: Path) -> None:
    for project in (".", "claims", "."):
        comment(host, project, tmp_path, BRANCHLAB_PATHS=project)
    assert [item["body"].split("\n")[1] for item in host.comments] == [".", "claims"]
    comment(host, "both", tmp_path, BRANCHLAB_PATHS=".\nclaims")
    assert [item["body"].split("\n")[1] for item in host.comments] == [".", "both"]


def test_a_report_that_was_not_written_is_named(host: Host, tmp_path: Path) -> None:
    said = comment(host, "x", tmp_path, BRANCHLAB_PATHS="gone\n.")
    assert (said.returncode, len(host.comments)) == (3, 1)
    assert "gone has no report" in said.stderr


def test_a_token_that_may_not_write_is_no_failure(host: Host, tmp_path: Path) -> None:
    host.refusal = 403
    said = comment(host, "x", tmp_path)
    assert said.returncode == 0
    assert said.stderr == "branchlab: the token may not comment here (403): the report is in the summary of the job\n"


def test_a_host_in_trouble_is_one(host: Host, tmp_path: Path) -> None:
    host.refusal = 500
    said = comment(host, "x", tmp_path)
    assert (said.returncode, said.stderr.count("\n")) == (3, 1)
    assert "500" in said.stderr
    said = comment(host, "x", tmp_path, GITHUB_API_URL="http://127.0.0.1:1")
    assert (said.returncode, said.stderr.count("\n")) == (3, 1)


@pytest.mark.parametrize("number", ["", "7/../8", "none"])
def test_without_a_pull_request_there_is_nothing_to_do(host: Host, tmp_path: Path, number: str) -> None:
    said = comment(host, "x", tmp_path, BRANCHLAB_PULL_REQUEST=number)
    assert (said.returncode, host.asked) == (0, [])


def test_a_comment_stays_under_the_limit_of_the_host(host: Host, tmp_path: Path) -> None:
    comment(host, "🙂 line\n" * 20_000, tmp_path)
    body = host.comments[0]["body"]
    assert 65_000 < len(body.encode("utf-16-le")) // 2 <= 65_536
    assert body.endswith("🙂 line\n\n(cut: the whole report is in the summary of the job)\n")
