"""Starts the program: a frame at once, git at work meanwhile, then Textual."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from branchlab.tuples import NamedTuple
from branchlab_tui.frame import kept_frame
from branchlab_tui.skeleton import LEAVE, first_frame

if TYPE_CHECKING:
    from typing import TextIO

SLOW_FRAMES = "15"  # a second; half the bytes of a held key (docs/benchmarks.md)


class Options(NamedTuple):
    """How to begin.

    Attributes:
        query: filter to begin with; None for the one that was remembered.
        view: name of a saved view to begin with.
        theme: name of a theme; empty for the one that was remembered.
        fresh: forget how the table looked last time.
        slow: fewer frames and fewer bytes, for a slow line.
        sweep: name of a sweep to show first; empty for the table.
    """

    query: str | None = None
    view: str = ""
    theme: str = ""
    fresh: bool = False
    slow: bool = False
    sweep: str = ""


def start(cwd: str, options: Options, stdout: TextIO) -> int:
    """Runs the program over the project that holds `cwd` until the user leaves; returns its exit code.

    Raises:
        EnvironmentProblemError: when there is no usable repository; the terminal is then as it was.
        UsageError: for a query or view that does not exist, or settings that hold a mistake.
        DamagedError: when the settings are not TOML.
    """
    if in_browser():
        app = _load(cwd, options)
    else:
        columns, rows = os.get_terminal_size(stdout.fileno())
        colour = not os.environ.get("NO_COLOR")
        # It knows nothing of a filter, view or theme that is asked for now; --slow changes nothing of it.
        kept = kept_frame(cwd, (columns, rows), colour=colour) if options._replace(slow=False) == Options() else []
        stdout.write(first_frame(cwd, columns, rows, colour=colour, kept=kept))
        stdout.flush()
        try:
            app = _load(cwd, options)
        except BaseException:  # Ctrl-C while it loads as well
            stdout.write(LEAVE)
            stdout.flush()
            raise
    code = app.run()
    # Where Textual ends by an error there is no result, and it sets `return_code`.
    return code if app.return_code == 0 and code is not None else app.return_code or 0


def in_browser() -> bool:
    """Says whether `--serve` started this process: Textual then talks to a page instead of a terminal."""
    return os.environ.get("TEXTUAL_DRIVER", "").startswith("textual.drivers.web_driver:")


def _load(cwd: str, options: Options):  # type: ignore[no-untyped-def]  # noqa: ANN202 - an App, which is not loaded yet
    from branchlab.catalog.tips import start_listing
    from branchlab.git.repository import finish_finding, start_finding

    listing, finding = start_listing(cwd), start_finding(cwd)
    _prepare(options)
    from branchlab.workspace import workspace_of
    from branchlab_tui.lean_textual import import_textual

    import_textual()  # half of the whole start, while git is at work
    from branchlab_tui.app import BranchlabApp
    from branchlab_tui.model.store import Store

    store = Store(workspace_of(finish_finding(finding, cwd)), listing)
    return BranchlabApp(
        store,
        query=options.query,
        view=options.view,
        theme=options.theme,
        fresh=options.fresh,
        sweep=options.sweep,
    )


def _prepare(options: Options) -> None:
    """Sets what Textual reads while it is imported."""
    if not in_browser():
        for name in ("COLUMNS", "LINES"):  # an exported size would outlive every resize
            os.environ.pop(name, None)
    gc.disable()  # nothing is dropped while modules load; the app turns it on again
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if options.slow:
        os.environ.setdefault("TEXTUAL_FPS", SLOW_FRAMES)
    sys.setswitchinterval(0.001)  # the thread that reads must not hold a key for longer
