"""The slots of this machine: who waits for them hears every Ctrl-C."""

from __future__ import annotations

import subprocess
import sys

WAITING = """
import os, signal, threading, time
from branchlab.sweep.engine.local import LocalWorkers

signal.signal(signal.SIGINT, lambda *_: time.sleep(0.3))  # until after the moment at which the wait should end
threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
workers = LocalWorkers(None, [])
print(workers.wait(0.2))
"""


def test_a_wait_ends_though_a_signal_comes_just_before_it() -> None:
    done = subprocess.run([sys.executable, "-c", WAITING], capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")
