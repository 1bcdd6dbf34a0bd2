"""The progress of the demo, on a terminal and in a file."""

from __future__ import annotations

from io import StringIO

from branchlab.demo.progress import CLEAR_LINE, Progress


def test_a_file_gets_one_line_per_finished_step() -> None:
    stream = StringIO()
    progress = Progress(stream, total=10, moving=False)
    progress.start("exp/model/a")
    progress.tick()
    progress.finish("exp/model/a", "●", "accuracy 0.9")
    (line,) = stream.getvalue().splitlines()
    assert line.startswith(" 1/10 ● exp/model/a ")
    assert line.endswith("accuracy 0.9")


def test_a_terminal_sees_what_is_running_on_one_line_that_is_wiped() -> None:
    stream = StringIO()
    progress = Progress(stream, total=2, moving=True)
    progress.start("first")
    progress.start("second")
    assert stream.getvalue().split(CLEAR_LINE)[-1].endswith("first, second")
    progress.finish("first", "●", "")
    progress.finish("second", "●", "")
    assert stream.getvalue().endswith(CLEAR_LINE)


def test_a_long_remark_goes_on_below_itself() -> None:
    stream = StringIO()
    progress = Progress(stream, total=10, moving=False, width=60)
    progress.start("exp/model/a")
    progress.finish("exp/model/a", "●", "accuracy 0.9: more words than fit")
    first, *rest = stream.getvalue().splitlines()
    assert first.startswith(" 1/10 ● exp/model/a ")
    assert max(map(len, [first, *rest])) <= 60
    assert " ".join([first[first.index("accuracy") :], *map(str.strip, rest)]) == "accuracy 0.9: more words than fit"
    assert {line.index(line.strip()) for line in rest} == {first.index("accuracy")}
