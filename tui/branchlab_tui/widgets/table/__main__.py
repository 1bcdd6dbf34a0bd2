"""Shows a table of made-up rows: `python -m branchlab_tui.widgets.table [rows] [columns]`."""

from __future__ import annotations

from branchlab_tui.widgets.table.demo import main

main()
