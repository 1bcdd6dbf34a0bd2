"""Actions about experiments that change the repository; the program performs them through the commands of the shell."""

from __future__ import annotations

from branchlab_tui.actions.action import Action

_ACTIONS = (
    Action("new", ("n",), "new", "start an experiment: a branch with its hypothesis", 30, twin="branchlab new NAME"),
    Action(
        "run_again",
        ("r",),
        "run again",
        "run an experiment again, with other parameters if you like",
        31,
        "one",
        twin="branchlab reproduce {names} -S KEY=VALUE",
    ),
    Action("stop", ("exclamation_mark",), "stop", "stop a run", 32, "some", "ask", "branchlab stop {names}"),
    Action("note", ("N",), "note", "change the note", 33, "one", "undo", "branchlab note {names} TEXT"),
    Action("copy", ("y",), "copy", "copy name, commit, value or row", 34, "some"),
    Action("archive", ("x",), "archive", "move out of sight", 35, "some", "undo", "branchlab archive {names}"),
    Action(
        "apply",
        ("A",),
        "apply",
        "bring parameters and outputs to the working tree",
        40,
        "one",
        "ask",
        "branchlab apply {names}",
    ),
    Action("checkout", ("B",), "checkout", "switch to it, data too", 41, "one", "undo", "branchlab checkout {names}"),
    Action("push", ("P",), "push", "send branch and data to the remotes", 42, "some", "ask", "branchlab push {names}"),
    Action("pull", ("u",), "pull", "fetch branch and data", 43, "some", twin="branchlab pull {names}"),
    Action("rename", ("m",), "rename", "give it another name", 44, "one", "undo", "branchlab rename {names} NAME"),
    Action("delete", ("X",), "delete", "remove branches or unrecorded runs", 45, "some", "ask", "branchlab rm {names}"),
    Action(
        "record", ("i",), "record", "make a branch of an unrecorded run", 46, "one", twin="branchlab record {names}"
    ),
    Action("gates", ("T",), "gates", "judge it by the gates of CI", 47, "one", twin="branchlab ci --head {names}"),
    Action("edit", ("e",), "editor", "open its parameters in your editor", 48, "one"),
    Action(
        "push_all", (), "push all", "send every experiment that the remote lacks", danger="ask", twin="branchlab push"
    ),
    Action("pull_all", (), "pull all", "fetch every experiment of the remote, with the data", twin="branchlab pull"),
    Action("restore", (), "restore", "bring back what was archived or removed", twin="branchlab restore NAME"),
)

EXPERIMENTS: tuple[Action, ...] = tuple(action._replace(performs=True) for action in _ACTIONS)
