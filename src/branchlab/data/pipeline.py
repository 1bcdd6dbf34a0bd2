"""DVC's YAML: read without running tags, and what dvc.yaml says about the outputs of a `dvc.lock`."""

from __future__ import annotations

from typing import Any

from branchlab.data.plain_yaml import read_plain_yaml
from branchlab.errors import DamagedError
from branchlab.text import safe_text
from branchlab.yaml_text import build, parse_yaml

_OUTPUT_KINDS = ("outs", "metrics", "plots")
_HINT = "restore the file from git, or track the data again"


def load_yaml(source: str, text: str) -> dict[str, Any]:
    """Reads a YAML table without running tags.

    Raises:
        DamagedError: when it is not YAML, asks for a tag, is too long or nested too deeply, or is no table.
    """
    plain = read_plain_yaml(text)
    if plain is not None:
        return plain
    name = safe_text(source)
    try:
        document = build(parse_yaml(text, name), name)
    except DamagedError as error:
        raise DamagedError(error.message, _HINT) from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise DamagedError(f"{name} is not a table", _HINT)
    return document


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
