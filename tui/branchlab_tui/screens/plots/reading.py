"""Reads what the plots of experiments are made of; in a worker, because it blocks."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from branchlab.errors import BranchlabError
from branchlab.faults import error_of
from branchlab.tuples import NamedTuple
from branchlab_tui.screens.plots.table import PlotTable, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchlab.experiment import Experiment
    from branchlab.record.model import DataFile
    from branchlab_tui.model.library import Library, Points


class Material(NamedTuple):
    """What an experiment has to look at.

    Attributes:
        plots: files of plot data, by their name below the folder of plots.
        slices: metrics by slice.
        resources: the summary of what the run used.
        samples: what it used over time, while that is known.
        files: what it made, by path relative to the project.
        problem: why there may be more.
    """

    plots: Mapping[str, str] = {}
    slices: Mapping[str, Mapping[str, float]] = {}
    resources: Mapping[str, float] = {}
    samples: Mapping[str, Points] = {}
    files: Mapping[str, DataFile] = {}
    problem: str = ""


class PlotFile(NamedTuple):
    """A file of plot data that was read: its table, or why there is none."""

    table: PlotTable | None
    problem: str = ""
    hint: str = ""


def read_material(library: Library, one: Experiment) -> Material:
    """Returns what there is to look at; what cannot be read is left out and told."""
    try:
        exhibit = library.exhibit(one)
        samples = library.resources(one)
        files = library.files(one)
    except (BranchlabError, OSError) as error:
        return Material(problem=error_of(error).message)
    # What branchlab itself recorded is in the other sections already.
    own = f"{library.workspace.settings.record.directory}/"
    return Material(
        plots={plot_name(path): path for path in exhibit.plots},
        slices=exhibit.record.slices,
        resources=exhibit.record.resources,
        samples=samples,
        files={path: file for path, file in files.items() if file.output and not path.startswith(own)},
    )


def plot_name(path: str) -> str:
    """Returns what a plot is called whether its run is recorded (`metrics/plots/roc.csv`) or not (`plots/roc.csv`)."""
    folder, _, name = path.rpartition("plots/")
    return name or folder


def read_plot(library: Library, one: Experiment, path: str) -> PlotFile:
    """Returns the table of a file of plot data, or what is wrong with it."""
    try:
        return PlotFile(read_table(library.plot(one, path), posixpath.splitext(path)[1].lower()))
    except (BranchlabError, OSError) as error:
        found = error_of(error)
        return PlotFile(None, f"{posixpath.basename(path)} {found.message}", found.hint)


def bring_here(library: Library, one: Experiment, path: str, folder: str, *, logged: bool) -> str:
    """Returns a path under which other programs can open a file of an experiment; empty when its bytes are not here.

    Plot data is written to `folder`; an artifact gets its own name there, as a link: the store knows only digests.

    Raises:
        BranchlabError: when it cannot be read.
        OSError: when the folder cannot be written.
    """
    # A folder for each experiment, since two of them have files of one name; the name itself stays as it is.
    target = os.path.join(folder, (one.commit or one.run)[:12], *_harmless(path))
    if logged:
        content = library.plot(one, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(content)
        return target
    stored = library.artifact_path(one, path)
    if not stored:
        return ""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    # `lexists`: a link whose file went away is there as well, and `symlink` would refuse.
    if not os.path.lexists(target):
        # A link, no copy: a model may have gigabytes, and the file of the store is read-only.
        os.symlink(os.path.abspath(stored), target)
    return target


def _harmless(path: str) -> list[str]:
    """Returns the parts of a path that stay below the folder they are joined to."""
    # A record comes from anyone, and `../../.ssh/config` would be written out of the folder.
    return [part for part in path.split("/") if part not in ("", ".", "..")]
