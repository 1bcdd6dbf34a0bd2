"""Another clock for real processes: a small library that the loader puts in front of libc's.

The difference to the machine's clock stands in a file, so that a process sees its clock being set while it runs. The
clock that only goes on (`CLOCK_MONOTONIC`) stays as it is, and so do the times that the kernel gives to files.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400
TEN_YEARS = 3653 * DAY
_CC = shutil.which("cc") or shutil.which("gcc")
needs_set_clock = pytest.mark.skipif(
    _CC is None or not sys.platform.startswith("linux"), reason="no C compiler, or another loader than that of Linux"
)
_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int look(long long *number) {
    char text[64];
    const char *path = getenv("SET_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    ssize_t size = read(file, text, sizeof text - 1);
    close(file);
    if (size < 2) return 0;
    text[size] = 0;
    *number = atoll(text + 1);
    return text[0];
}

int clock_gettime(clockid_t id, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(id, now);
    long long number = 0;
    if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) {
        int kind = look(&number);
        if (kind == '+') now->tv_sec += number;
        if (kind == '=') { now->tv_sec = number; now->tv_nsec = 0; }
    }
    return done;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec precise;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (into) *into = precise.tv_sec;
    return precise.tv_sec;
}
"""


class SetClock(NamedTuple):
    """A clock that a test sets; processes with its `environment` go by it."""

    file: Path
    environment: dict[str, str]

    def ahead(self, seconds: int) -> None:
        """Lets the clock run so many seconds before that of the machine; behind it when negative."""
        self._write(f"+{seconds}")

    def stands(self, moment: int) -> None:
        """Stops the clock at a moment, in seconds since the epoch."""
        self._write(f"={moment}")

    def _write(self, text: str) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(text)
        os.replace(fresh, self.file)


def make_clock(folder: Path) -> SetClock:
    """Compiles the library and makes a clock that shows what the machine's shows."""
    source, library = folder / "clock.c", folder / "clock.so"
    source.write_text(_SOURCE)
    subprocess.run([str(_CC), "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    clock = SetClock(folder / "clock.txt", {"LD_PRELOAD": str(library), "SET_CLOCK": str(folder / "clock.txt")})
    clock.ahead(0)
    return clock
