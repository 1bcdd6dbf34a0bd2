"""Which trials end early, and which go on: pure functions over curves and what trials told; no I/O, no clock."""
