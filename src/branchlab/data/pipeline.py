"""DVC's YAML: read without running tags, and what dvc.yaml says about the outputs of a `dvc.lock`."""

from __future__ import annotations

import re
from typing import Any

from branchlab.data.plain_yaml import read_plain_yaml
from branchlab.errors import DamagedError
from branchlab.text import safe_text

_OUTPUT_KINDS = ("outs", "metrics", "plots")
_BRACKETS = r"[\[\]{}]"
_DEEPEST = 64
_SLOW_CHARACTERS = 1 << 16
_HINT = "restore the file from git, or track the data again"


def load_yaml(source: str, text: str) -> dict[str, Any]:
    """Reads a YAML table without running tags.

    Raises:
        DamagedError: when it is not YAML, asks for a tag, is nested too deeply, or is no table; for a text over 64 KiB
            that is not as DVC writes it, because a hostile one would take seconds.
    """
    plain = read_plain_yaml(text)
    if plain is not None:
        return plain
    if len(text) > _SLOW_CHARACTERS:
        raise DamagedError(f"{safe_text(source)} is larger than 64 KiB, and DVC did not write it like that", _HINT)
    if _flow_depth(text) > _DEEPEST:
        raise DamagedError(f"{safe_text(source)} is nested too deeply", _HINT)
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        # pure: the C loader recurses on the C stack, which hostile nesting can overflow.
        document = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = str(getattr(error, "problem", None) or error).strip().partition("\n")[0]
        raise DamagedError(f"{safe_text(source)} is not YAML: {safe_text(reason)[:200]}", _HINT) from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise DamagedError(f"{safe_text(source)} is not a table", _HINT)
    return document


def _flow_depth(text: str) -> int:
    """Returns how deep brackets are nested: ruamel takes seconds where a thousand are open."""
    depth = deepest = 0
    for bracket in re.findall(_BRACKETS, text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def read_stages(source: str, content: bytes) -> dict[str, tuple[str, frozenset[str]]]:
    """Returns, by stage, the folder it works in and its outputs that git keeps (`cache: false`).

    Raises:
        DamagedError: when the content is not YAML.
    """
    if not content:
        return {}
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise DamagedError(f"{safe_text(source)} is not UTF-8", _HINT) from None
    stages = load_yaml(source, text).get("stages", {})
    if not isinstance(stages, dict):
        return {}
    return {str(name): _stage(stage) for name, stage in stages.items() if isinstance(stage, dict)}


def _stage(stage: dict[str, Any]) -> tuple[str, frozenset[str]]:
    body = stage.get("do", stage)  # `foreach` and `matrix` stages keep theirs under `do`
    if not isinstance(body, dict):
        return "", frozenset()
    folder = body.get("wdir", "")
    if not isinstance(folder, str) or "${" in folder:
        folder = ""
    return folder, frozenset(
        path
        for kind in _OUTPUT_KINDS
        for entry in _entries(body.get(kind))
        for path, options in entry.items()
        if isinstance(options, dict) and options.get("cache") is False
    )


def _entries(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        return []
    return [entry for entry in value if isinstance(entry, dict)]
