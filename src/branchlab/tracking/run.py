"""The run that a training script holds: every call is one append, and none of them ever ends the training."""

from __future__ import annotations

import itertools
import os
import time
from functools import wraps

from branchlab.tracking.location import CHECKPOINT_VARIABLE, STOPPED_FILE, utc_now
from branchlab.tracking.summary import Summary
from branchlab.tracking.values import as_text, checked_number, checked_step, checked_whole, encode_numbers, plain_params
from branchlab.tracking.warning import warn_once

TYPE_CHECKING = False  # `typing` would be most of what a short script pays
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Any, Concatenate, Literal, ParamSpec, Self

    from branchlab.tracking.evaluation import Metric
    from branchlab.tracking.journal import JournalWriter

    Result = Literal["finished", "failed", "stopped"]
    _Arguments = ParamSpec("_Arguments")
    _Call = Callable[Concatenate["ActiveRun", _Arguments], None]


def _harmless(method: _Call[_Arguments]) -> _Call[_Arguments]:
    @wraps(method)
    def call(run: ActiveRun, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> None:
        try:
            method(run, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a failing logger never ends a training
            warn_once(f"call {method.__name__}", f"{method.__name__} failed: {error or type(error).__name__}")

    return call


class Place:
    """Where a run writes, and what its process has to look after there.

    Attributes:
        folder: the run folder, empty when nothing is recorded.
        journal: the open journal, None when nothing is recorded.
        project: absolute folder of the project, in the worktree that the script runs in.
        lock: descriptor of the lock when this process owns the run; `branchlab run` holds it for its commands.
    """

    __slots__ = ("folder", "journal", "lock", "project")

    def __init__(
        self, folder: str = "", journal: JournalWriter | None = None, project: str = "", lock: int | None = None
    ) -> None:
        """Holds the four; nothing is recorded by default."""
        self.folder = folder
        self.journal = journal
        self.project = project
        self.lock = lock


class ActiveRun:
    """A run while it lives; `branchlab.start_run` makes it.

    Use it in a `with` block, which tells how the run ended; without one, call `finish`. Any method may be called
    from several threads. What cannot be logged is warned about once, and the script goes on.

    Attributes:
        id: the run's id, empty when nothing is recorded.
        folder: the run folder, empty when nothing is recorded.
        summary: a mapping of metric names to the values that stand for the run.
    """

    def __init__(self, place: Place, outer: ActiveRun | None = None) -> None:
        """Takes over an open journal; with `outer`, goes on counting its steps and leaves the end to it."""
        self.id = os.path.basename(place.folder)
        self.folder = place.folder
        self.place = place
        self.summary = Summary(self._summarise)
        self._journal = place.journal
        # A forked child leaves the `with` block too, as a worker of a data loader does: only who began a run ends it.
        self._owner = os.getpid()
        self._started: float = time.monotonic() if outer is None else outer._started  # noqa: SLF001 - of the same class
        self._cpu = sum(os.times()[:4])  # user and system, of this process and its children; the fifth is wall time
        self._steps: Iterator[int] = itertools.count() if outer is None else outer._steps  # noqa: SLF001 - of the same class
        self._step = -1
        self._note = ""
        self._over = outer is not None or place.journal is None

    @property
    def is_open(self) -> bool:
        """Tells whether the end of this run is still to come, and is for this process to write."""
        return not self._over and os.getpid() == self._owner

    def log(self, values: Mapping[str, Any] | None = None, /, *, step: int | None = None, **metrics: Any) -> None:
        """Logs metrics of one step.

        `step` counts up by itself, from 0, or from where it was last given. Values are numbers or what `float`
        takes; NaN and infinities are kept.
        """
        journal = self._journal
        if journal is None:
            return
        try:
            if values is not None:
                metrics = {**values, **metrics}
            # One call into C, so that threads which log at once get different steps.
            at = next(self._steps) if step is None else self._move_to(step)
            if at is None:
                return
            self._step = max(self._step, at)
            seconds = time.monotonic() - self._started
            journal.append(f'{{"k":"log","s":{at},"t":{seconds:.3f},"m":{encode_numbers(metrics)}}}')
        except Exception as error:  # noqa: BLE001 - a failing logger never ends a training
            warn_once("call log", f"log failed: {error or type(error).__name__}")

    def _move_to(self, step: int) -> int | None:
        at = checked_step(step)
        if at is not None and at > self._step:
            self._step = at
            self._steps = itertools.count(at + 1)
        return at

    @_harmless
    def declare(self, params: Any = None, *, seed: int | None = None, note: str | None = None) -> None:
        """Logs what is known before the training; `start_run` calls it with its own arguments."""
        fields: dict[str, Any] = {"at": utc_now()}
        if seed is not None:
            fields["seed"] = checked_whole("seed", seed)
        if note:
            fields["note"] = self._note = str(note)
        self._entry("start", **fields)
        if params is not None:
            self.log_params(params)

    @_harmless
    def log_params(self, params: Any) -> None:
        """Adds parameters: a mapping, possibly nested, or an object with attributes such as an argparse namespace."""
        self._entry("params", params=plain_params(params))

    @_harmless
    def log_slice(self, key: str, value: Any, /, **metrics: Any) -> None:
        """Logs metrics of the part of the validation data where `key` is `value`; `rows` is its size."""
        self._numbers("slice", metrics, key=as_text(key), value=as_text(value))

    @_harmless
    def log_slices(
        self,
        key: str,
        values: Any,
        y_true: Any,
        y_pred: Any,
        *,
        metrics: Mapping[str, Metric] | Iterable[str] | None = None,
    ) -> None:
        """Computes and logs metrics of every slice: `values` says for each row which slice it belongs to.

        `metrics` maps names to functions of (y_true, y_pred), or lists names from `sklearn.metrics` such as
        `accuracy` and `f1`; left out, it is the accuracy.
        """
        from branchlab.tracking.evaluation import slice_metrics

        for value, row in slice_metrics(values, y_true, y_pred, metrics).items():
            self._numbers("slice", row, key=as_text(key), value=value)

    @_harmless
    def log_split(self, name: str, /, **metrics: Any) -> None:
        """Logs metrics that were measured on another split than validation, such as `test`."""
        self._numbers("split", metrics, name=str(name))

    @_harmless
    def log_fold(self, fold: int, /, **metrics: Any) -> None:
        """Logs metrics of one fold of a cross-validation."""
        self._numbers("split", metrics, name=f"fold-{fold}")

    @_harmless
    def log_seed(self, seed: int, /, **metrics: Any) -> None:
        """Logs metrics of one of several seeds of the same training."""
        self._numbers("split", metrics, name=f"seed-{seed}")

    @_harmless
    def log_cross_validation(self, scores: Any, *, name: str = "score") -> None:
        """Logs what scikit-learn's `cross_validate` or `cross_val_score` returned.

        Each fold becomes a split; mean and sample standard deviation become the summary as `<metric>` and
        `<metric>_std`. `name` is the metric when `scores` is a bare array.
        """
        from branchlab.tracking.evaluation import fold_metrics

        result = fold_metrics(scores, name)
        for fold, metrics in enumerate(result.folds):
            self._numbers("split", metrics, name=f"fold-{fold}")
        self.summary.update(result.summary)

    @_harmless
    def log_confusion_matrix(
        self,
        y_true: Any,
        y_pred: Any,
        *,
        labels: Sequence[Any] | None = None,
        name: str = "confusion_matrix",
    ) -> None:
        """Logs how often each label was taken for each; `labels` sets their order."""
        from branchlab.tracking.plots import confusion_matrix

        self._plot(name, confusion_matrix(y_true, y_pred, labels))

    @_harmless
    def log_pr_curve(self, y_true: Any, scores: Any, *, positive: Any = None, name: str = "pr_curve") -> None:
        """Logs precision over recall; `scores` rise with the belief in the label `positive` (default: the greater)."""
        from branchlab.tracking.plots import pr_curve

        self._plot(name, pr_curve(y_true, scores, positive))

    @_harmless
    def log_roc_curve(self, y_true: Any, scores: Any, *, positive: Any = None, name: str = "roc_curve") -> None:
        """Logs the true over the false positive rate; arguments as for `log_pr_curve`."""
        from branchlab.tracking.plots import roc_curve

        self._plot(name, roc_curve(y_true, scores, positive))

    @_harmless
    def log_plot(self, name: str, columns: Mapping[str, Iterable[Any]]) -> None:
        """Logs small plot data: columns of the same length, each under its header."""
        self._plot(name, columns)

    @_harmless
    def log_artifact(self, path: str | os.PathLike[str]) -> None:
        """Names an output of the run, a file or a folder, that is kept with the record."""
        place = os.path.abspath(os.fspath(path))
        if not os.path.exists(place):
            warn_once(f"artifact {place}", f"there is no artifact {os.fspath(path)}")
            return
        root = self.place.project
        # Only the folder is resolved: an artifact that is a link keeps its own name.
        inside = os.path.relpath(os.path.realpath(os.path.dirname(place)), root) if root else os.pardir
        if inside.split(os.sep)[0] != os.pardir:
            place = os.path.normpath(os.path.join(inside, os.path.basename(place)))
        self._entry("artifact", path=place)

    @property
    def checkpoint(self) -> str | None:
        """Names the file to go on from, relative to the project; None to begin anew.

        A sweep puts it there: of the rung below, of another member of the population, or of the trial itself when it
        gets a second chance.
        """
        path = os.environ.get(CHECKPOINT_VARIABLE, "")
        return path if path and os.path.exists(os.path.join(self.place.project, path)) else None

    @property
    def should_stop(self) -> bool:
        """Tells whether somebody asked this run to end: Ctrl-C, `branchlab stop`, or a sweep that prunes it.

        An interrupt comes with it; this is for a script that takes no notice of those, to end where it suits it.
        """
        return bool(self.folder) and os.path.exists(os.path.join(self.folder, STOPPED_FILE))

    @property
    def note(self) -> str:
        """Holds the hypothesis or remark of the run."""
        return self._note

    @note.setter
    def note(self, text: str) -> None:
        self._note = str(text)
        self._write_note()

    def finish(self, status: Result = "finished") -> None:
        """Ends the run; a `with` block does it by itself. A second call, or one in a forked child, does nothing."""
        if self.is_open:
            self._over = True
            self._write_end(status)
            self._let_go(status)

    def __enter__(self) -> Self:
        """Starts the block whose end is the end of the run."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Ends the run: stopped by an interrupt, failed by another exception, else finished."""
        self.finish(_result(kind, error))

    @_harmless
    def _write_note(self) -> None:
        self._entry("note", note=self._note)

    @_harmless
    def _summarise(self, values: dict[str, Any]) -> None:
        self._entry("summary", m=values)

    @_harmless
    def _write_end(self, status: Result) -> None:
        from branchlab.tracking.environment import capture_environment
        from branchlab.tracking.usage import used_since

        try:
            if self.place.lock is not None:  # nobody else watches it
                self._entry("resources", m=used_since(self._cpu, time.monotonic() - self._started))
            self._entry("env", **capture_environment())
        finally:
            self._entry("end", status=status)

    @_harmless
    def _let_go(self, status: Result) -> None:
        if self._journal is not None:
            self._journal.close()
        if self.place.lock is not None:
            from branchlab.tracking.state import release_lock, update_state

            try:
                seconds = round(time.monotonic() - self._started, 3)
                # State first, lock last: a free lock beside `running` means that the process was killed.
                update_state(self.folder, status=status, ended=utc_now(), seconds=seconds, note=self._note)
            finally:
                release_lock(self.place.lock)

    def _plot(self, name: str, columns: Mapping[str, Iterable[Any]]) -> None:
        if self._journal is not None:
            from branchlab.tracking.plots import write_plot

            self._entry("plot", path=write_plot(self.folder, str(name), columns))

    def _numbers(self, kind: str, metrics: Mapping[str, Any], **fields: str) -> None:
        checked = {str(name): checked_number(name, value) for name, value in metrics.items()}
        self._entry(kind, **fields, m={name: value for name, value in checked.items() if value is not None})

    def _entry(self, kind: str, **fields: Any) -> None:
        if self._journal is not None:
            self._journal.entry(kind, t=round(time.monotonic() - self._started, 3), **fields)


def _result(kind: type[BaseException] | None, error: BaseException | None) -> Result:
    if kind is None:
        return "finished"
    if issubclass(kind, KeyboardInterrupt):
        return "stopped"
    if isinstance(error, SystemExit) and error.code in (None, 0):
        return "finished"
    return "failed"
