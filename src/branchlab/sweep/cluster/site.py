"""What a worker must know to have the same project as the engine."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from typing import TYPE_CHECKING

from branchlab.git.config import read_config
from branchlab.git.process import run_git
from branchlab.git.remote import choose_remote
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from branchlab.workspace import Workspace

PATIENCE_SECONDS = 600.0
SOURCES = "refs/branchlab/sources/"  # what trials start from
_PERSON = re.compile(r"(?P<name>.*) <(?P<mail>[^<>]*)> \d+ [-+]\d+")
_HAS_SCHEME = re.compile(r"[^/]*:")  # as git reads it: `host:path` is an address while no slash stands before the colon


class Site(NamedTuple):
    """What a worker must know; can be pickled.

    Attributes:
        sweep: name of the sweep.
        remote: name of the git remote.
        address: of the git remote; a worker's own git configuration (`url.<base>.insteadOf`) may change it.
        push_address: where another one is pushed to; else empty.
        prefix: the project's folder relative to the top of the repository.
        name: of the person who runs the sweep: author of its records.
        mail: their address.
        version: of branchlab.
        patience: seconds that a worker tries to reach a remote before it gives up.
        data_remote: name of a DVC remote; None for the default one.
        gpus: devices that a trial needs.
        engine: tells this engine from others; the same again when the sweep is resumed here.
    """

    sweep: str
    remote: str
    address: str
    push_address: str
    prefix: str
    name: str
    mail: str
    version: str
    patience: float = PATIENCE_SECONDS
    data_remote: str | None = None
    gpus: int = 0
    engine: str = ""

    @property
    def sources(self) -> str:
        """Where on the git remote the commits are that trials start from, while the sweep runs."""
        return f"{SOURCES}{self.engine}/"


def site_of(
    workspace: Workspace,
    sweep: str,
    *,
    part: str = "",
    remote: str = "",
    patience: float = PATIENCE_SECONDS,
    gpus: int = 0,
) -> Site:
    """Describes the project as it is here; `part` is the share of the sweep that this engine runs.

    Raises:
        EnvironmentProblemError: when there is no git remote, it is not clear which, or git does not know who commits.
    """
    from branchlab import __version__

    repository = workspace.repository
    remote = choose_remote(repository, remote)
    # git's own answer, from configuration and environment together: a worker has neither, and records in this name
    person = _PERSON.fullmatch(
        run_git(["var", "GIT_AUTHOR_IDENT"], cwd=repository.top).decode(errors="replace").strip()
    )
    name, mail = person.group("name", "mail") if person else ("", "")
    addresses = [read_config(repository, f"remote.{remote}.{key}") for key in ("url", "pushurl")]
    address, push_address = (_absolute(address, repository.top) for address in addresses)
    who = f"{socket.gethostname()}\n{repository.common_dir}\n{sweep}\n{part}"
    engine = hashlib.sha256(who.encode(errors="replace")).hexdigest()[:12]
    return Site(
        sweep,
        remote,
        address,
        push_address,
        workspace.prefix,
        name,
        mail,
        __version__,
        patience,
        gpus=gpus,
        engine=engine,
    )


def _absolute(address: str, top: str) -> str:
    """Makes a relative path mean the same in another folder; `host:path` and `scheme://` are no paths."""
    if not address or _HAS_SCHEME.match(address):
        return address
    return os.path.normpath(os.path.join(top, address))
