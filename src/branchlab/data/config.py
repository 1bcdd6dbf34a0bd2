"""DVC's configuration files, read without importing DVC: where the cache is and how it links."""

from __future__ import annotations

import os
import re
import sys

from branchlab.errors import EnvironmentProblemError
from branchlab.plainfile import read_plain
from branchlab.text import safe_text

_BYTES = 1 << 16  # a thousand remotes; the file comes with the repository, so anyone may have written it
Config = dict[str, dict[str, str]]

# No blank is looked for twice, so that each takes time in the length of the line alone.
_SECTION = re.compile(r"\[(.+?)\]\s*(?:#.*)?")
_ENTRY = re.compile(
    r"([^=#]+)=\s*"
    r'(?:"{3}(.*?)"{3}\s*'
    r"|'{3}(.*?)'{3}\s*"
    r"|\"([^\"]*)\"\s*|'([^']*)'\s*|([^#]*))(?:#.*)?"
)

# Keys whose values are paths relative to the folder of the file they stand in.
PATH_KEYS = frozenset(
    {
        "url",
        "dir",
        "keyfile",
        "cert_path",
        "key_path",
        "credentialpath",
        "configpath",
        "gdrive_user_credentials_file",
        "gdrive_service_account_json_file_path",
    }
)


def parse_config(text: str) -> Config:
    """Reads sections and keys, lower-cased as DVC does (`_lower_keys`); a line that is neither is left out."""
    config: Config = {}
    section: dict[str, str] = {}
    for line in text.splitlines():
        stripped = line.strip()
        if named := _SECTION.fullmatch(stripped):
            name = named[1].strip().lower()
            if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
                name = name[1:-1]
            section = config.setdefault(name, {})
        elif not stripped.startswith("#") and (entry := _ENTRY.fullmatch(stripped)):
            key, *quoted, bare = entry.groups()
            value = next((v for v in quoted if v is not None), bare.rstrip() if bare else "")
            section[key.strip().strip("'\" ").lower()] = value
    return config


def dump_config(config: Config) -> str:
    """Writes sections and keys as DVC reads them."""
    lines: list[str] = []
    for name, section in config.items():
        lines.append(f"[{_quoted(name) if _needs_quotes(name) else name}]")
        lines += [f"    {key} = {_quoted(value) if _needs_quotes(value) else value}" for key, value in section.items()]
    return "".join(f"{line}\n" for line in lines)


def read_config(path: str) -> Config:
    """Reads one file; a missing one is empty.

    Raises:
        EnvironmentProblemError: when it is there and cannot be read.
    """
    try:
        content = read_plain(path, _BYTES + 1) or b""
        if len(content) > _BYTES:
            raise EnvironmentProblemError(f"{safe_text(path)} is larger than 64 KiB", f"mend {safe_text(path)}")
        return parse_config(content.decode())
    except UnicodeDecodeError:
        raise EnvironmentProblemError(
            f"{safe_text(path)} cannot be read: it is not UTF-8", f"mend {safe_text(path)}"
        ) from None


def absolute_paths(config: Config, folder: str) -> Config:
    """Returns the configuration with paths that are relative to `folder` made absolute, so that it can be moved."""
    return {
        name: {key: absolute(value, folder) if key in PATH_KEYS else value for key, value in section.items()}
        for name, section in config.items()
    }


def absolute(value: str, folder: str) -> str:
    """Resolves a path of a configuration file against the file's folder; an address (`s3://…`) stays as it is."""
    # The same test as in dvc/config.py: `remote://name/folder` is an address as well.
    if re.match(r"\w+://", value) or not value:
        return value
    return os.path.abspath(os.path.join(folder, os.path.expanduser(value)))


def merge_config(*configs: Config) -> Config:
    """Returns all keys together; later configurations win."""
    merged: Config = {}
    for config in configs:
        for name, section in config.items():
            merged.setdefault(name, {}).update(section)
    return merged


def shared_config_files() -> list[str]:
    """Returns the system's and the user's configuration files of DVC, the stronger one last."""
    if sys.platform == "darwin":
        system, user = "/Library/Application Support", os.path.expanduser("~/Library/Application Support")
    else:
        # As platformdirs has it, which DVC asks; importing it for two paths is not worth the time.
        system = (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)[0]
        user = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    folders = (
        os.environ.get("DVC_SYSTEM_CONFIG_DIR") or os.path.join(system, "dvc"),
        os.environ.get("DVC_GLOBAL_CONFIG_DIR") or os.path.join(user, "dvc"),
    )
    return [os.path.join(folder, "config") for folder in folders]


def _needs_quotes(value: str) -> bool:
    return value != value.strip() or any(character in value for character in "#,'\"[]=") or not value


def _quoted(value: str) -> str:
    # Three of them hold both kinds, as ConfigObj writes it for DVC.
    signs = ('"', "'", "'" * 3, '"' * 3)
    sign = next((sign for sign in signs if sign not in value and not value.endswith(sign[0])), "'")
    return f"{sign}{value}{sign}"
