"""`branchlab`: finds the command, loads its module alone, and turns errors into a line and an exit code."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from branchlab.cli.parser import Parser, help_format, show_examples
from branchlab.cli.streams import empty_streams, prepare_streams
from branchlab.cli.terminal import Terminal, open_terminal
from branchlab.errors import BranchlabError, ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

# The one-line helps stand here, not in the modules, so that `branchlab --help` loads no command.
COMMANDS: dict[str, str] = {
    "tui": "browse, compare and plot experiments; also branchlab alone",
    "init": "make this repository ready: settings, DVC, attributes, hooks",
    "new": "start an experiment: a well-named branch with its hypothesis",
    "run": "run a command in a worktree and record the result as a branch",
    "record": "turn an unrecorded run into a branch",
    "ls": "list the experiments, live and unrecorded runs too",
    "show": "show one experiment in full",
    "diff": "compare two experiments, or one with the baseline",
    "compare": "put several experiments side by side",
    "watch": "follow the live runs until the last has ended",
    "log": "show the trend of metrics over the history of a branch",
    "apply": "bring an experiment's parameters and outputs to the working tree",
    "checkout": "switch to an experiment together with its data",
    "reproduce": "run an experiment again from its record",
    "push": "send experiments and their data to the remotes",
    "pull": "fetch experiments and their data",
    "archive": "move experiments out of sight, to refs/archive/",
    "restore": "bring back what was archived or removed",
    "rm": "remove experiments or unrecorded runs; restore brings them back",
    "rename": "give an experiment another name",
    "note": "show or change the note of an experiment or a run",
    "stop": "stop runs that go on, as Ctrl-C does",
    "hooks": "install the git hooks, remove them, or tell what runs from where",
    "check": "do again what the hooks would have done, on any clone and in CI",
    "ci": "judge a branch against its baseline: gates, and a report",
    "sweep": "search parameters: run, stop, resume, best, importance, report",
    "doctor": "find what crashes left behind, and mend it with --fix",
    "demo": "make a demo project with real experiments",
    "completion": "print the completion script for a shell",
    "merge-record": "merge records and parameters by key; git calls it",
    "textconv": "print a record one value a line; git calls it",
}

_READERS = ("ls", "show", "diff", "compare", "log")


class Command(Protocol):
    """What a command module offers; `EXAMPLES` are pairs of a command line and what it does."""

    EXAMPLES: Sequence[tuple[str, str]]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares the arguments."""

    def run(self, arguments: argparse.Namespace, terminal: Terminal) -> ExitCode:
        """Does the work; raises `BranchlabError` for what the user can act on."""


def entry() -> NoReturn:
    """The console script."""
    if hasattr(signal, "SIGPIPE"):
        # Python ignores it, so that `branchlab ls | head` would end with an error;
        # while something runs it is ignored again (running/stopping).
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a caller that ignores it would take exit codes from us
    prepare_streams()
    code = main(sys.argv[1:], open_terminal())
    empty_streams()
    if sys.argv[1:2] and sys.argv[1] in _READERS:
        os._exit(code)  # taking the interpreter down costs as much as a git process, and readers leave nothing behind
    sys.exit(code)


def main(arguments: Sequence[str], terminal: Terminal) -> int:
    """Runs one command line and returns its exit code; never raises for what a user did.

    What nobody thought of is a fault of branchlab: it becomes one line as well, with BRANCHLAB_TRACEBACK=1 all of it.
    """
    try:
        code = _dispatch(list(arguments), terminal)
        terminal.stdout.flush()  # a full disk shows here, while it can still become a line and an exit code
    except BranchlabError as error:
        terminal.error(error)
        code = error.exit_code
    except KeyboardInterrupt:
        terminal.words("branchlab: interrupted")
        code = ExitCode.INTERRUPTED
    except Exception as error:
        # What the system refuses, such as a full disk, is no fault of ours: nothing to trace.
        if os.environ.get("BRANCHLAB_TRACEBACK") and not isinstance(error, OSError):
            raise
        from branchlab.faults import error_of

        terminal.error(error_of(error))
        code = ExitCode.ENVIRONMENT
    return int(code)


def load_command(name: str) -> Command:
    """Imports the module of one command."""
    return cast("Command", import_module(f"branchlab.cli.{name.replace('-', '_')}"))


def make_parser(name: str, command: Command) -> argparse.ArgumentParser:
    """Builds the parser of one command, its examples below the options."""
    parser = Parser(
        prog=f"branchlab {name}",
        description=f"{COMMANDS[name][0].upper()}{COMMANDS[name][1:]}.",
        epilog=show_examples(command.EXAMPLES),
        formatter_class=help_format,
        allow_abbrev=False,  # an abbreviation in a script would break with the next option that begins like it
    )
    command.add_arguments(parser)
    return parser


def _dispatch(arguments: list[str], terminal: Terminal) -> ExitCode:
    name = arguments[0] if arguments else _without_arguments()
    if name in ("--version", "-V"):
        from branchlab import __version__

        terminal.data(f"branchlab {__version__}")
        return ExitCode.OK
    if name in ("--help", "-h", "help"):
        if name == "help" and arguments[1:] and arguments[1] in COMMANDS:
            return _help_of(arguments[1], terminal)
        terminal.data(_overview())
        return ExitCode.OK
    if name not in COMMANDS:
        raise _unknown(name)
    return _run_command(name, arguments[1:], terminal)


def _without_arguments() -> str:
    seen = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return "tui" if seen else "--help"


def _run_command(name: str, arguments: list[str], terminal: Terminal) -> ExitCode:
    if "-h" in arguments or "--help" in arguments:
        # Behind `--` it is an option of the command that runs: `branchlab run -- python train.py -h`.
        cut = arguments.index("--") if "--" in arguments else len(arguments)
        if {"-h", "--help"} & set(arguments[:cut]):
            return _help_of(name, terminal, arguments[0])
    command = load_command(name)
    return command.run(make_parser(name, command).parse_args(arguments), terminal)


def _help_of(name: str, terminal: Terminal, subcommand: str = "") -> ExitCode:
    from contextlib import redirect_stdout, suppress
    from io import StringIO

    parser = make_parser(name, load_command(name))
    asked = [subcommand] if subcommand and not subcommand.startswith("-") else []
    text = StringIO()
    # argparse prints a help itself, to whatever sys.stdout is by then, and leaves the program.
    with redirect_stdout(text), suppress(SystemExit):
        parser.parse_args([*asked, "--help"])
    terminal.data(text.getvalue())
    return ExitCode.OK


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [
        "branchlab: each experiment is a git branch, each branch a row of the table.",
        "",
        "usage: branchlab COMMAND [ARGUMENT …]      also: git branchlab COMMAND …",
        "",
        *(f"  {name:<{width}}  {what}" for name, what in COMMANDS.items()),
        "",
        "examples:",
        "  branchlab demo                          a ready project on real data",
        "  branchlab run -S lr=0.1 -- python train.py",
        "  branchlab ls 'accuracy>0.9' --sort -accuracy",
        "",
        "branchlab COMMAND --help tells the options of a command.",
    ]
    return "\n".join(lines)


def _unknown(name: str) -> UsageError:
    from branchlab.text import did_you_mean, safe_text

    hint = did_you_mean(name, COMMANDS, "branchlab --help lists the commands")
    return UsageError(f"there is no command {safe_text(name)}", hint)


if __name__ == "__main__":
    entry()
