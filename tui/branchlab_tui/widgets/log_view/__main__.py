"""Shows a file as it grows: `python -m branchlab_tui.widgets.log_view FILE`; `/` finds, `n` goes on, `q` ends it."""

from __future__ import annotations

import sys

from branchlab_tui.widgets.log_view.demo import LogDemo

if __name__ == "__main__":
    LogDemo(sys.argv[1]).run()
