"""Runs command lines under ptrace and strikes at their n-th system call that changes a disk: kills, or makes it fail.

`strace --inject` counts calls for each process by itself, so "the 40th call of `branchlab run` and all its gits" cannot
be named with it; a library put before libc misses what stdio and Python do inside libc. This is the kernel's own way,
in the standard library: a seccomp filter stops only calls that change something, one counter runs over all processes,
and everything else runs at full speed. Command lines that begin with `branchlab` start in a fork of this process, in
which the modules are loaded already: what is left out is the interpreter's start, which changes nothing.

Reads one request a line from stdin and answers with one line, both JSON; `faulty_calls` is the other end.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from typing import Any, NamedTuple

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
LIBC.ptrace.restype = ctypes.c_long

PTRACE_CONT, PTRACE_GETREGS, PTRACE_SETREGS, PTRACE_SEIZE, PTRACE_LISTEN = 7, 12, 13, 0x4206, 0x4208
EVENT_SECCOMP, EVENT_STOP = 7, 128
# fork, vfork, clone and exec are followed, seccomp stops are reported, and all die when the tracer does
WALL = 0x40000000  # threads and other people's children, too
OPTIONS = 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100000
PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 22, 36, 38
STOPPING = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)

X86_64 = 0xC000003E
WRITING = 0x1 | 0x2 | 0x40 | 0x200  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC
# name, and where its path or descriptor stands among the arguments: p0 is a path in the first, d0 a descriptor
CALLS = {
    1: ("write", "d0"),
    2: ("open", "p0"),
    18: ("pwrite64", "d0"),
    20: ("writev", "d0"),
    40: ("sendfile", "d0"),
    73: ("flock", "d0"),
    74: ("fsync", "d0"),
    75: ("fdatasync", "d0"),
    76: ("truncate", "p0"),
    77: ("ftruncate", "d0"),
    82: ("rename", "p1"),
    83: ("mkdir", "p0"),
    84: ("rmdir", "p0"),
    85: ("creat", "p0"),
    86: ("link", "p1"),
    87: ("unlink", "p0"),
    88: ("symlink", "p1"),
    90: ("chmod", "p0"),
    91: ("fchmod", "d0"),
    92: ("chown", "p0"),
    93: ("fchown", "d0"),
    132: ("utime", "p0"),
    235: ("utimes", "p0"),
    257: ("openat", "p1"),
    258: ("mkdirat", "p1"),
    263: ("unlinkat", "p1"),
    264: ("renameat", "p3"),
    265: ("linkat", "p3"),
    266: ("symlinkat", "p2"),
    268: ("fchmodat", "p1"),
    277: ("sync_file_range", "d0"),
    280: ("utimensat", "p1"),
    285: ("fallocate", "d0"),
    296: ("pwritev", "d0"),
    316: ("renameat2", "p3"),
    326: ("copy_file_range", "d2"),
}
OPENING = {2: 1, 257: 2}  # call, and which argument has the flags
ARGUMENTS = (14, 13, 12, 7, 9, 8)  # places of rdi, rsi, rdx, r10, r8, r9 in user_regs_struct
LAZY = ("dvc.fs", "dvc.config", "dvc_data.hashfile.db", "dvc_objects.fs.local")  # what `push` loads, half a second
NUMBER, RESULT, REGISTERS = 15, 10, 27
ELSEWHERE = ("/dev/null", "/dev/tty", "/dev/pts/", "/proc/", "/sys/", "pipe:", "socket:", "anon_inode:")


class Blow(NamedTuple):
    """What is done when.

    Attributes:
        how: `kill-all`, `kill-one` or `fail`.
        at: at which call, counted from 1; 0 for none.
        times: at how many calls from there on.
        error: number of the error that a failing call gives.
        only: names of the calls that count; empty for all.
        by: name of the processes whose calls count; empty for all.
        after: seconds after which to kill, whatever happens then; negative for never.
    """

    how: str = "kill-all"
    at: int = 0
    times: int = 1
    error: int = 0
    only: tuple[str, ...] = ()
    by: str = ""
    after: float = -1.0


class Seen(NamedTuple):
    """A call that is about to change a disk."""

    process: int
    call: str
    target: str


def ptrace(request: int, process: int, address: int = 0, data: object = 0) -> bool:
    """Asks the kernel; False when the process has died meanwhile."""
    pointer = ctypes.cast(data, ctypes.c_void_p) if isinstance(data, ctypes.Array) else data
    if LIBC.ptrace(request, process, address, pointer) == -1:
        if ctypes.get_errno() == errno.ESRCH:
            return False
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return True


def program() -> bytes:
    """Assembles the filter: stop at the calls above, at `open` only when it may write; let all others pass."""

    def step(code: int, yes: int, no: int, value: int) -> bytes:
        return code.to_bytes(2, "little") + bytes((yes, no)) + value.to_bytes(4, "little")

    load, equal, any_of, leave = 0x20, 0x15, 0x45, 0x06
    stop, allow = step(leave, 0, 0, 0x7FF00000), step(leave, 0, 0, 0x7FFF0000)
    steps = [step(load, 0, 0, 4), step(equal, 1, 0, X86_64), allow, step(load, 0, 0, 0)]
    for number, argument in OPENING.items():
        steps += [step(equal, 0, 4, number), step(load, 0, 0, 16 + 8 * argument), step(any_of, 0, 1, WRITING)]
        steps += [stop, allow]
    for number in CALLS.keys() - OPENING.keys():
        steps += [step(equal, 0, 1, number), stop]
    return b"".join([*steps, allow])


def watch_calls() -> None:
    """Puts the filter on this process and all it will start."""

    class Filter(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))

    code = program()
    asked = Filter(len(code) // 8, code)
    if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or LIBC.prctl(PR_SET_SECCOMP, 2, ctypes.byref(asked), 0, 0):
        raise OSError(ctypes.get_errno(), "no seccomp here")


class Tracer:
    """Follows one command line and everything it starts to their ends."""

    def __init__(self, main: int, blow: Blow) -> None:
        """Takes over a process that waits to be followed."""
        self.main = main
        self.blow = blow
        self.alive = {main}
        self.calls: list[str] = []
        self.struck = ""
        self.left = blow.times
        self.code: int | None = None
        self.deadline = 0.0
        ptrace(PTRACE_SEIZE, main, 0, OPTIONS)

    def follow(self, seconds: float) -> None:
        """Lets them run until none is left, and no longer than some seconds."""
        self.deadline = time.monotonic() + seconds
        signal.signal(signal.SIGALRM, self.on_time)
        # again and again: a signal that comes just before a wait does not end it
        signal.setitimer(signal.ITIMER_REAL, max(self.blow.after, 1e-6) if self.blow.after >= 0 else 1.0, 1.0)
        while True:
            try:
                process, status = os.waitpid(-1, WALL)
            except ChildProcessError:
                break
            self.handle(process, status)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def on_time(self, _number: int, _frame: object) -> None:
        """Kills at the moment that was asked for, and when all of it takes too long."""
        if self.blow.after >= 0 and not self.struck:
            self.struck = f"{self.blow.how} after {self.blow.after:.4f} s"
            if self.blow.how == "kill-one":
                with suppress(ProcessLookupError):
                    os.kill(self.main, signal.SIGKILL)
            else:
                self.kill_all()
        elif time.monotonic() > self.deadline:
            self.struck += " TIMED OUT"
            self.kill_all()

    def handle(self, process: int, status: int) -> None:
        """Does what one report of the kernel asks for."""
        if not os.WIFSTOPPED(status):
            self.alive.discard(process)
            if process == self.main:
                self.code = os.waitstatus_to_exitcode(status)
            return
        self.alive.add(process)
        event, number = status >> 16, os.WSTOPSIG(status)
        if event == EVENT_STOP and number in STOPPING:
            ptrace(PTRACE_LISTEN, process)
            return
        if event == EVENT_SECCOMP:
            self.at_call(process)
        ptrace(PTRACE_CONT, process, 0, 0 if event else number)

    def at_call(self, process: int) -> None:
        """Counts a call, and strikes when it is its turn."""
        registers = (ctypes.c_ulong * REGISTERS)()
        if not ptrace(PTRACE_GETREGS, process, 0, registers):
            return
        seen = look(process, registers)
        if seen is None or not self.counts(seen):
            return
        self.calls.append(f"{seen.call} {seen.target} [{name_of(process)}]")
        if not 0 < self.blow.at <= len(self.calls) or not self.left:
            return
        self.left -= 1
        on = " and on" * (self.blow.times > 1)
        self.struck = self.struck or f"{self.blow.how} at call {len(self.calls)}{on}: {self.calls[-1]}"
        if self.blow.how == "kill-all":
            self.kill_all()
        elif self.blow.how == "kill-one":
            os.kill(process, signal.SIGKILL)
        elif self.blow.how == "fail":
            registers[NUMBER] = 2**64 - 1
            registers[RESULT] = 2**64 - self.blow.error
            ptrace(PTRACE_SETREGS, process, 0, registers)

    def counts(self, seen: Seen) -> bool:
        """Tells whether a call is one of those that are meant."""
        wanted = not self.blow.only or seen.call in self.blow.only
        return wanted and (not self.blow.by or name_of(seen.process).startswith(self.blow.by))

    def kill_all(self) -> None:
        """Ends everything that is followed."""
        for process in self.alive:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def look(process: int, registers: Any) -> Seen | None:
    """Returns what a stopped process is about to do; None when that changes no disk."""
    number = registers[NUMBER]
    if number not in CALLS:
        return None
    call, where = CALLS[number]
    value = registers[ARGUMENTS[int(where[1])]]
    try:
        if where[0] == "d":
            target = os.readlink(f"/proc/{process}/fd/{value}")
        else:
            with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
                memory.seek(value)
                target = os.fsdecode(memory.read(4096).split(b"\0")[0])
    except OSError:
        target = "?"
    return None if target.startswith(ELSEWHERE) else Seen(process, call, target)


def name_of(process: int) -> str:
    """Returns the name of a process, as the kernel knows it."""
    try:
        with open(f"/proc/{process}/comm", encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return "?"


def become(request: dict[str, Any], ready: int, out: int, err: int) -> None:
    """In the child: waits until it is followed, then is the command."""
    os.read(ready, 1)
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - a stream knows whether it can seek
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    os.closerange(3, 64)
    os.setsid()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.chdir(request["folder"])
    os.environ.update(request["environment"])
    if request["blow"]["after"] < 0:
        watch_calls()
    if request["command"][0] != "branchlab":
        os.execvp(request["command"][0], request["command"])  # noqa: S606 - a test's own list
    from branchlab.cli.main import entry

    sys.argv = request["command"]
    entry()


def start(request: dict[str, Any], ready: int, out: int, err: int) -> int:
    """Forks the command; it waits for a byte."""
    process = os.fork()
    if process:
        return process
    try:
        become(request, ready, out, err)
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 0)
    except BaseException:  # noqa: BLE001 - a child must not go on as the server
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        os._exit(70)
    os._exit(71)


def serve_one(request: dict[str, Any]) -> dict[str, Any]:
    """Runs one command line as asked."""
    blow = Blow(**request["blow"])
    ready, go = os.pipe()
    outs, errs = os.pipe(), os.pipe()
    process = start(request, ready, outs[1], errs[1])
    for descriptor in (ready, outs[1], errs[1]):
        os.close(descriptor)
    tracer = Tracer(process, blow)
    os.write(go, b".")
    os.close(go)
    tracer.follow(request["seconds"])
    said = [drain(pipe[0]) for pipe in (outs, errs)]
    return {"code": tracer.code, "out": said[0], "err": said[1], "calls": tracer.calls, "struck": tracer.struck}


def drain(descriptor: int) -> str:
    """Reads what lies in a pipe; all who could write have ended, and what a test's command says fits into it."""
    pieces = []
    while select.select([descriptor], [], [], 0)[0] and (piece := os.read(descriptor, 65536)):
        pieces.append(piece)
    os.close(descriptor)
    return os.fsdecode(b"".join(pieces))


def main() -> None:
    """Answers requests until there are none."""
    from branchlab.cli.main import load_command

    for name in sys.argv[1:]:
        load_command(name)
    for name in LAZY:
        import_module(name)
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with open(os.dup(0), encoding="utf-8") as requests, open(os.dup(1), "w", encoding="utf-8") as answers:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        for line in requests:
            print(json.dumps(serve_one(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
