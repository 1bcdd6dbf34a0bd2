"""What a session begins with: what was remembered, and over it what the command line asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab_tui.model.session import load_session

if TYPE_CHECKING:
    from branchlab.workspace import Workspace
    from branchlab_tui.model.session import Session


def begin_session(
    workspace: Workspace, *, query: str | None = None, view: str = "", theme: str = "", fresh: bool = False
) -> Session:
    """Returns the session to begin with.

    Raises:
        UsageError: for a query that is not understood, or a view that is not saved.
    """
    session = load_session(workspace, fresh=fresh)
    if view:
        from branchlab_tui.model.saved_views import require_view

        session = session._replace(table=require_view(workspace.settings, view))
    if query is not None:
        from branchlab.catalog.grammar import parse_query

        # Only to refuse it before the first frame; `me` is any name here, so that git is not asked for one.
        parse_query(query, workspace.settings, user="me")
        session = session._replace(table=session.table._replace(query=query))
    return session._replace(theme=theme) if theme else session
