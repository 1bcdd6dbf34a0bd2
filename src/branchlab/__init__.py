"""branchlab turns a git repository into an experiment tracker: each experiment is a branch.

Public names load when they are first used, so that a training script pays for nothing but its journal.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` alone would double the cost of this import
if TYPE_CHECKING:
    from branchlab.catalog.frame import experiments
    from branchlab.tracking.start import start_run

    __version__: str

__all__ = ["__version__", "experiments", "start_run"]


_PLACES = {"start_run": "branchlab.tracking.start", "experiments": "branchlab.catalog.frame"}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _PLACES:
        value = getattr(import_module(_PLACES[name]), name)
    elif name == "__version__":
        value = import_module("importlib.metadata").version("branchlab")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
