"""DVC's pointers: small YAML files in git that say which content belongs at a path.

A project may have hundreds, and every run reads all of them. So the plain shape that DVC itself writes is read
by one strict pattern; everything else goes through libyaml's parser.
"""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING, Any

from branchlab.data.pipeline import load_yaml, read_stages
from branchlab.errors import DamagedError, EnvironmentProblemError
from branchlab.plainfile import read_plain
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SUFFIX = ".dvc"
LOCK_FILE = "dvc.lock"
POINTER_BYTES = 1 << 20

# Patterns are text, which `re` compiles when it is asked: most commands meet no pointer.
_MD5 = r"[0-9a-f]{32}(?:\.dir)?"
# Code points that HFS+ drops from names, so that ".g\u200cit" would be ".git" on a Mac; the list is git's own.
_DROPPED_BY_HFS = "[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]"
_GUARDED = frozenset({".git", ".dvc", "git~1"})

# A plain scalar that YAML 1.1 and 1.2 both read as this very text, and that no dumper quotes or folds.
_PLAIN = r"[A-Za-z_][\w./-]*"
_NOT_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_SIMPLE = (
    r"outs:\n"
    r"- md5: ([0-9a-f]{32}(?:\.dir)?)\n"
    r"  size: (0|[1-9][0-9]{0,17})\n"
    r"(?:  nfiles: (0|[1-9][0-9]{0,17})\n)?"
    r"(  isexec: true\n)?"
    r"  hash: md5\n"
    rf"  path: ({_PLAIN})\n"
)


class Output(NamedTuple):
    """A file or folder whose content DVC keeps.

    Attributes:
        path: where it belongs, relative to the project, with forward slashes.
        md5: digest in hexadecimal; ends in `.dir` for a folder.
        bytes: size; of all files together for a folder.
        files: number of files, for a folder.
        executable: the file has an executable bit.
        pointer: path of the `.dvc` or `dvc.lock` file it came from, relative to the project.
        legacy: written by DVC 1 or 2, which kept objects elsewhere and hashed text with line feeds only.
    """

    path: str
    md5: str
    bytes: int
    files: int | None = None
    executable: bool = False
    pointer: str = ""
    legacy: bool = False


def is_pointer(path: str) -> bool:
    """Tells whether a file of this name is a pointer: `something.dvc` or `dvc.lock`."""
    name = posixpath.basename(path)
    return name == LOCK_FILE or (name.endswith(SUFFIX) and name != SUFFIX)


def pointer_path(path: str) -> str:
    """Returns the pointer's path for an output's path."""
    return path + SUFFIX


def parse_pointer(pointer: str, content: bytes, pipeline: bytes = b"") -> list[Output]:
    """Reads the outputs that a pointer names and whose content is in a cache.

    Args:
        pointer: path of the pointer relative to the project; outputs are relative to its folder.
        content: bytes of the pointer.
        pipeline: bytes of the `dvc.yaml` beside a `dvc.lock`: which outputs git keeps itself, and the folders
            in which stages work. Without it all outputs of the lock are returned.

    Raises:
        DamagedError: for content that is not a pointer, or that names a place outside the project or a wrong digest.
    """
    if len(content) > POINTER_BYTES:
        raise _damaged(pointer, "it is larger than 1 MiB")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise _damaged(pointer, "it is not UTF-8") from None
    simple = re.fullmatch(_SIMPLE, text)
    if simple and simple[5].lower() not in _NOT_TEXT:
        md5, size, files, executable, path = simple.groups()
        count = None if files is None else int(files)
        place = _place(pointer, "", path)
        return [Output(place, md5, int(size), count, executable is not None, pointer)]
    if posixpath.basename(pointer) == LOCK_FILE:
        return _read_lock(pointer, load_yaml(pointer, text), pipeline)
    return _read_outs(pointer, load_yaml(pointer, text))


def read_pointers(root: str, pointers: Iterable[str]) -> list[Output]:
    """Reads pointers of a working tree, given relative to its project's folder; a missing one has no outputs.

    Raises:
        DamagedError: as `parse_pointer`.
    """
    found: list[Output] = []
    for pointer in pointers:
        content = _read(os.path.join(root, pointer))
        if content is None:
            continue
        pipeline = b""
        if posixpath.basename(pointer) == LOCK_FILE:
            pipeline = _read(os.path.join(root, posixpath.dirname(pointer), "dvc.yaml")) or b""
        found += parse_pointer(pointer, content, pipeline)
    return found


def dump_pointer(output: Output) -> bytes:
    """Returns the bytes of the `.dvc` file that DVC would write beside an output."""
    name = posixpath.basename(output.path)
    lines = ["outs:", f"- md5: {output.md5}", f"  size: {output.bytes}"]
    if output.files is not None:
        lines.append(f"  nfiles: {output.files}")
    if output.executable:
        lines.append("  isexec: true")
    lines += ["  hash: md5", f"  path: {_scalar(name)}", ""]
    return "\n".join(lines).encode()


def check_place(path: str) -> str:
    """Returns why a path must not be written inside a project, or nothing when it may.

    It may not be absolute, climb, or lead into the folders whose files git and DVC execute or believe.
    """
    if not path or path.startswith("/") or "\0" in path:
        return "is no path inside the project"
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return "leads out of the project"
        if re.sub(_DROPPED_BY_HFS, "", part).lower() in _GUARDED:
            return f"leads into {safe_text(part)}"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "is not valid UTF-8"
    return ""


def check_md5(value: object) -> bool:
    """Tells whether a value is a digest as DVC writes it: 32 hexadecimal digits, `.dir` behind them for a folder."""
    return isinstance(value, str) and re.fullmatch(_MD5, value) is not None


def _read_outs(pointer: str, document: Mapping[str, Any]) -> list[Output]:
    folder = document.get("wdir", "")
    outs = document.get("outs", [])
    if not isinstance(folder, str) or not isinstance(outs, list):
        raise _damaged(pointer, "outs must be a list and wdir a path")
    found = (_read_out(pointer, folder, out) for out in outs)
    return [output for output in found if output is not None]


def _read_lock(pointer: str, document: Mapping[str, Any], pipeline: bytes) -> list[Output]:
    stages = document.get("stages", {})
    if not isinstance(stages, dict):
        raise _damaged(pointer, "stages must be a table")
    known = read_stages(posixpath.join(posixpath.dirname(pointer), "dvc.yaml"), pipeline)
    found: list[Output] = []
    for name, stage in stages.items():
        outs = stage.get("outs", []) if isinstance(stage, dict) else None
        if not isinstance(outs, list):
            raise _damaged(pointer, f"stage {safe_text(str(name))} is not understood")
        folder, uncached = known.get(str(name).partition("@")[0], ("", frozenset[str]()))
        for out in outs:
            if isinstance(out, dict) and out.get("path") in uncached:
                continue
            output = _read_out(pointer, folder, out)
            if output is not None:
                found.append(output)
    return found


def _read_out(pointer: str, folder: str, out: Any) -> Output | None:
    """Returns one output; None when git or nobody keeps its content."""
    if not isinstance(out, dict):
        raise _damaged(pointer, "an output is not a table")
    path, md5 = out.get("path"), out.get("md5")
    if not isinstance(path, str):
        raise _damaged(pointer, "an output has no path")
    if out.get("cache") is False or md5 is None or "://" in path:
        return None
    if not check_md5(md5):
        raise _damaged(pointer, f"{str(md5)!r:.60} is not a digest")
    size = _count(pointer, out.get("size", 0))
    files = None if out.get("nfiles") is None else _count(pointer, out["nfiles"])
    place = _place(pointer, folder, path)
    legacy = out.get("hash") != "md5"
    return Output(place, md5, size, files, out.get("isexec") is True, pointer, legacy)


def _count(pointer: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 63:
        raise _damaged(pointer, f"{value!r:.60} is not a size")
    return value


def _place(pointer: str, folder: str, path: str) -> str:
    """Joins the pointer's folder, the stage's folder and the output's path, and refuses what leads elsewhere."""
    if path.startswith("/") or folder.startswith("/"):
        raise _damaged(pointer, f"{safe_text(path)} leads out of the project")
    place = posixpath.normpath(posixpath.join(posixpath.dirname(pointer), folder, path))
    problem = check_place(place)
    if problem:
        raise _damaged(pointer, f"{safe_text(path)} {problem}")
    return place


def _scalar(name: str) -> str:
    """Writes a name as the YAML scalar that DVC would write."""
    if re.fullmatch(_PLAIN, name) and name.isascii() and name.lower() not in _NOT_TEXT:
        return name
    import io

    from ruamel.yaml import YAML

    stream = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    # The same depth as in a pointer: where a long name is folded depends on the column it starts in.
    yaml.dump({"outs": [{"path": name}]}, stream)
    return stream.getvalue().removeprefix("outs:\n- path: ").removesuffix("\n")


def _damaged(pointer: str, problem: str) -> DamagedError:
    name = safe_text(pointer)
    return DamagedError(f"{name}: {problem}", f"restore {name} from git, or track the data again")


def _read(path: str) -> bytes | None:
    try:
        return read_plain(path, POINTER_BYTES + 1)
    except EnvironmentProblemError as error:
        raise DamagedError(error.message, error.hint) from None
