"""The list of what can be looked at: plots, slices, resources, images and other files of some experiments."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal

from branchlab.tuples import NamedTuple
from branchlab_tui.screens.plots.slices import slice_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchlab_tui.screens.plots.reading import Material

Section = Literal["plots", "slices", "resources", "images", "files"]

SECTIONS: tuple[Section, ...] = ("plots", "slices", "resources", "images", "files")
IMAGES = (".png", ".jpg", ".jpeg", ".gif")
TABLES = (".csv", ".tsv", ".json")
RESOURCES = "over time"


class Entry(NamedTuple):
    """One thing to look at.

    Attributes:
        section: where it stands in the list and how it is shown.
        name: what the list says.
        path: of its file; of plot data below the folder of plots, of slices their key; empty for resources.
        holders: row keys of the experiments that have it, in their order.
        logged: whether it is plot data, which git holds, and no artifact.
    """

    section: Section
    name: str
    path: str = ""
    holders: tuple[str, ...] = ()
    logged: bool = False

    @property
    def id(self) -> tuple[str, str, bool]:
        """What stays the same about it when experiments come and go."""
        return self.section, self.path, self.logged


def list_entries(materials: Mapping[str, Material]) -> tuple[Entry, ...]:
    """Returns everything that any of the experiments (by row key) has, section by section."""
    found = [*_plots(materials), *_slices(materials), *_resources(materials), *_files(materials)]
    # Sorting keeps what is equal in its order: within a section names stay sorted.
    return tuple(sorted(found, key=lambda entry: SECTIONS.index(entry.section)))


def _plots(materials: Mapping[str, Material]) -> list[Entry]:
    paths = sorted({path for one in materials.values() for path in one.plots})
    return [
        Entry(
            _section(path, logged=True),
            posixpath.splitext(path)[0] if path.lower().endswith(TABLES) else path,
            path,
            tuple(key for key, one in materials.items() if path in one.plots),
            logged=True,
        )
        for path in paths
    ]


def _slices(materials: Mapping[str, Material]) -> list[Entry]:
    keys = slice_keys(one.slices for one in materials.values())
    return [Entry("slices", f"by {key}", key, _with_slices(materials, key)) for key in keys]


def _with_slices(materials: Mapping[str, Material], key: str) -> tuple[str, ...]:
    return tuple(own for own, one in materials.items() if any(name.startswith(f"{key}=") for name in one.slices))


def _resources(materials: Mapping[str, Material]) -> list[Entry]:
    holders = tuple(key for key, one in materials.items() if one.samples or one.resources)
    return [Entry("resources", RESOURCES, holders=holders)] if holders else []


def _files(materials: Mapping[str, Material]) -> list[Entry]:
    paths = sorted({path for one in materials.values() for path in one.files})
    return [
        Entry(
            _section(path, logged=False), path, path, tuple(key for key, one in materials.items() if path in one.files)
        )
        for path in paths
    ]


def _section(path: str, *, logged: bool) -> Section:
    lower = path.lower()
    if lower.endswith(IMAGES):
        return "images"
    return "plots" if logged and lower.endswith(TABLES) else "files"


def neighbour(entries: Sequence[Entry], current: Entry | None, by: int) -> Entry | None:
    """Returns the entry that stands `by` places further, round the end; the first one when there is no current one."""
    if not entries:
        return None
    ids = [entry.id for entry in entries]
    if current is None or current.id not in ids:
        return entries[0]
    return entries[(ids.index(current.id) + by) % len(entries)]


def entry_of(entries: Sequence[Entry], path: str) -> Entry | None:
    """Returns the entry whose file has this path, given from wherever paths of plots begin; None for no path."""
    if not path:
        return None
    # With the slash, so that `roc.csv` is not taken for the end of `micro-roc.csv`.
    return next((one for one in entries if one.path and f"/{path}".endswith(f"/{one.path}")), None)
