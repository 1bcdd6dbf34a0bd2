"""What a run used of its machine: curves while its samples are there, a summary after that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchlab.text import format_bytes, format_duration, format_number
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Resource(NamedTuple):
    """One thing that is used: its column in the samples, its title, and by what its values are divided."""

    column: str
    title: str
    divisor: float = 1.0


RESOURCES = (
    Resource("cpu_percent", "CPU (%, 100 is a core)"),
    Resource("memory_bytes", "memory (GB)", 1e9),
    Resource("gpu_percent", "GPU (%, 100 is a device)"),
    Resource("gpu_memory_bytes", "GPU memory (GB)", 1e9),
    Resource("read_bytes", "read (GB)", 1e9),
    Resource("write_bytes", "written (GB)", 1e9),
)
_SUMMARY = {
    "seconds": "time",
    "peak_memory": "peak memory",
    "mean_cpu": "mean CPU",
    "peak_gpu_memory": "peak GPU memory",
    "mean_gpu": "mean GPU",
    "read_bytes": "read",
    "write_bytes": "written",
}
_MEGA = 1e6
_BELOW_GIGA = 1e9


def sampled(columns: Iterable[str]) -> tuple[Resource, ...]:
    """Returns the resources that have samples, in a fixed order; columns of another version come last."""
    found = set(columns)
    known = [one for one in RESOURCES if one.column in found]
    # Another version may sample more, and a folder of it may lie in the same repository.
    other = sorted(found - {one.column for one in RESOURCES})
    return (*known, *(Resource(column, column) for column in other))


def in_fitting_unit(resource: Resource, highest: float) -> Resource:
    """Returns a resource of bytes in MB where GB would be all zeros."""
    if resource.divisor == _BELOW_GIGA and highest < _BELOW_GIGA:
        return resource._replace(title=resource.title.replace("(GB)", "(MB)"), divisor=_MEGA)
    return resource


def summary_rows(resources: Mapping[str, float]) -> list[tuple[str, str]]:
    """Returns what a record says of the use of resources: name and value with its unit."""
    names = [*(name for name in _SUMMARY if name in resources), *sorted(set(resources) - set(_SUMMARY))]
    return [(_SUMMARY.get(name, name), _value(name, resources[name])) for name in names]


def _value(name: str, value: float) -> str:
    if name == "seconds":
        return format_duration(value)
    if name.endswith(("_bytes", "_memory")):
        return format_bytes(value)
    if name in ("mean_cpu", "mean_gpu"):
        return f"{format_number(value)} %"
    return format_number(value)
