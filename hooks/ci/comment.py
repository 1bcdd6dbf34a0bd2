#!/usr/bin/env python3
"""Keeps one comment of a pull request up to date with the report; standard library only.

Reads GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL, BRANCHLAB_PULL_REQUEST (its number) and, as the only argument,
the folder of the reports. A comment is found again by a hidden first line, so that several projects of one repository
(BRANCHLAB_PATHS, one a line) have one each. A token that may not write, as in a pull request from a fork, is no
failure: the report stands in the summary of the job as well.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any

LONGEST = 65_536  # characters that GitHub takes in a comment
PAGES = 50
NOT_ALLOWED = (401, 403, 404)  # GitHub says 404 of what a token may not see


def main(folder: str) -> int:
    """Writes or replaces the comments and returns the exit code: 0, also where the token may not write; 3 else."""
    paths = [path.strip() for path in (os.environ.get("BRANCHLAB_PATHS") or ".").splitlines()]
    return max((comment(folder, path) for path in paths if path), default=0)


def comment(folder: str, project: str) -> int:
    """Writes or replaces the comment of one project and returns the exit code."""
    environment = os.environ
    number, repository = environment.get("BRANCHLAB_PULL_REQUEST", ""), environment.get("GITHUB_REPOSITORY", "")
    if not number.isdigit() or not repository:
        return _say("this job belongs to no pull request, so there is nothing to comment on")
    # Two dashes would end the HTML comment.
    mark = f"<!-- branchlab report: {project.replace('--', '')} -->\n"
    try:
        with open(os.path.join(folder, project, "report.md"), encoding="utf-8") as file:
            body = _shortened(mark + file.read())
    except OSError as error:
        return _say(f"{project} has no report: {error.strerror}", 3)
    issues = f"/repos/{repository}/issues"
    try:
        found = _find(f"{issues}/{number}/comments", mark)
        if found is None:
            _call("POST", f"{issues}/{number}/comments", {"body": body})
        else:
            _call("PATCH", f"{issues}/comments/{found}", {"body": body})
    except urllib.error.HTTPError as error:
        if error.code in NOT_ALLOWED:
            return _say(f"the token may not comment here ({error.code}): the report is in the summary of the job")
        return _say(f"the host refused the comment: {error.code} {error.reason}", 3)
    except (OSError, ValueError, TypeError, KeyError) as error:
        return _say(f"the comment could not be written: {error}", 3)
    return 0


def _shortened(body: str) -> str:
    """Cuts what is too long; the host counts UTF-16 units as JavaScript does, so that each emoji is two."""
    notice = "\n\n(cut: the whole report is in the summary of the job)\n"
    if len(body.encode("utf-16-le")) // 2 <= LONGEST:
        return body
    # The cut may fall between the two halves of an emoji; `ignore` drops the half.
    kept = body.encode("utf-16-le")[: 2 * (LONGEST - len(notice))].decode("utf-16-le", "ignore")
    return kept.rpartition("\n")[0] + notice


def _find(path: str, mark: str) -> int | None:
    """Returns the id of our comment; somebody else's that begins alike is not ours to write."""
    for page in range(1, PAGES + 1):
        comments = _call("GET", f"{path}?per_page=100&page={page}")
        for comment in comments:
            bot = (comment.get("user") or {}).get("type") == "Bot"
            if bot and str(comment.get("body", "")).replace("\r\n", "\n").startswith(mark):
                return int(comment["id"])
        if len(comments) < 100:  # noqa: PLR2004 - as many as a page was asked for
            return None
    return None


def _call(method: str, path: str, content: Any = None) -> Any:
    base = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    request = urllib.request.Request(  # noqa: S310 - the address is that of the host which runs the job
        base.rstrip("/") + path,
        method=method,
        data=None if content is None else json.dumps(content).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ.get('GITHUB_TOKEN', '')}",
            "Content-Type": "application/json",
            "User-Agent": "branchlab",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - see above
        return json.loads(answer.read() or b"null")


def _say(words: str, code: int = 0) -> int:
    sys.stderr.write(f"branchlab: {words}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
