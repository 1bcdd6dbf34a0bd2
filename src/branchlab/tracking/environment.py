"""What a run was made with: interpreter, platform and packages, from folder names and loaded modules alone.

`importlib.metadata` takes 40 ms to import and opens a file per package; the name of a `.dist-info` folder says
the same.
"""

from __future__ import annotations

import os
import re
import sys

TYPE_CHECKING = False  # `typing` would be most of what a short script pays
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_STANDARD = frozenset(getattr(sys, "stdlib_module_names", ()))  # since Python 3.10
_SUFFIXES = (".dist-info", ".egg-info")


def capture_environment(modules: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Returns `python`, `implementation`, `platform`, `packages_hash` and `packages`.

    `packages` has the version of each installed package that one of the modules (those that are loaded, when left
    out) belongs to, by its normalised name; `packages_hash` is the first half of the SHA-256 over `name==version` of
    all installed ones, sorted.
    """
    found = installed_packages(sys.path)
    lines = "".join(f"{name}=={version}\n" for name, (version, _) in sorted(found.items()))
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "implementation": sys.implementation.name,
        "platform": platform_name(),
        "packages_hash": _sha256(lines.encode("utf-8", "replace"))[:32],
        "packages": imported_packages(found, sys.modules if modules is None else modules),
    }


def platform_name() -> str:
    """Returns system, release and machine."""
    system = os.uname()
    return f"{system.sysname}-{system.release}-{system.machine}"


def script_modules(path: str) -> dict[str, Any]:
    """Returns the specifications of the top-level modules that a script imports, without running it."""
    import ast
    from importlib.util import find_spec

    with open(path, "rb") as file:
        nodes = ast.walk(ast.parse(file.read()))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return {name: _SpecifiedModule(spec) for name in names if (spec := find_spec(name))}


class _SpecifiedModule:
    """Says of a module that is not loaded where it would come from."""

    def __init__(self, spec: Any) -> None:
        self.__file__ = spec.origin
        if spec.submodule_search_locations is not None:
            self.__path__ = spec.submodule_search_locations


def installed_packages(path: list[str]) -> dict[str, tuple[str, str]]:
    """Returns version and metadata folder of each package on a module search path; the first one found wins."""
    found: dict[str, tuple[str, str]] = {}
    for folder in path:
        try:
            names = os.listdir(folder or ".")
        except OSError:  # a zip file, or a folder that is not there
            continue
        for entry in names:
            if entry.endswith(_SUFFIXES):
                name, _, version = entry[: entry.rindex(".")].partition("-")
                found.setdefault(_normal(name), (version.partition("-py")[0], os.path.join(folder, entry)))
    return found


def imported_packages(found: dict[str, tuple[str, str]], modules: Mapping[str, Any]) -> dict[str, str]:
    """Returns the versions of those packages that one of the loaded modules belongs to, sorted by name."""
    tops = {name.partition(".")[0] for name in list(modules)} - _STANDARD
    used = {_normal(name) for name in tops} & found.keys()
    folders = {os.path.dirname(folder) for _, folder in found.values()}
    unclear = {name for name in tops if _normal(name) not in used and _place(modules.get(name)) in folders}
    # `import sklearn` comes from scikit-learn: only the packages' own lists know.
    for name, (_, folder) in found.items():
        if not unclear:
            break
        if name not in used and (mine := _owned(folder, unclear)):
            used.add(name)
            unclear -= mine
    return {name: found[name][0] for name in sorted(used)}


def _place(module: Any) -> str:
    """Returns the folder that a top-level module or package was imported from."""
    path = getattr(module, "__file__", None)
    if not isinstance(path, str):
        return ""
    folder = os.path.dirname(path)
    return os.path.dirname(folder) if hasattr(module, "__path__") else folder


def _owned(metadata: str, modules: set[str]) -> set[str]:
    try:
        with open(os.path.join(metadata, "RECORD"), "rb") as file:
            record = b"\n" + file.read()
    except OSError:
        return set()
    # Searching the bytes takes a tenth of the time of splitting the lines.
    return {name for name in modules if f"\n{name}/__init__.".encode() in record or f"\n{name}.".encode() in record}


def _sha256(text: bytes) -> str:
    """Returns the digest; `hashlib` would load OpenSSL for it, which takes longer than all else here."""
    try:
        from _sha2 import sha256  # type: ignore[import-not-found] # as `random` does
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found] # before Python 3.12
        except ImportError:
            from hashlib import sha256
    return str(sha256(text).hexdigest())


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _answer(path: str) -> None:
    """What `running.environment` asks the interpreter of a run, which may have no branchlab, and may be an old one."""
    import json

    sys.path.pop(0)  # the folder of this file
    try:
        modules = script_modules(path) if path else {}
    except (OSError, ValueError, SyntaxError, ImportError):
        modules = {}
    sys.stdout.write(json.dumps(capture_environment(modules)))


if __name__ == "__main__":
    _answer(sys.argv[1])
