"""Shows a patch from a file or from what is piped in: `git diff | python -m branchlab_tui.widgets.diff_view`."""

from __future__ import annotations

import sys

from branchlab_tui.widgets.diff_view.demo import PatchDemo

PatchDemo(sys.argv[1] if len(sys.argv) > 1 else "").run()
