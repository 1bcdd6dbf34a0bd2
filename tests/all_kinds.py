"""The table of all kinds of repository: how each is made, and what branchlab says where something is not supported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import kinds_of_repository as kinds
import repositories_elsewhere as elsewhere
from kinds_of_repository import Kind, clone_of, configured, fresh, named, scripted

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_COMMIT = "has no commit yet"
_STARTS = ("run", "run grid", "record", "sweep", "new", "run here")
_UNBORN: Mapping[str, str] = {
    **dict.fromkeys(("show", "diff", "diff baseline", "compare", "log", "note", "reproduce", "verify"), "there is no "),
    **dict.fromkeys(("note change", "rename", "archive", "rm", "apply", "checkout"), "there is no experiment"),
    **dict.fromkeys(("restore", "restore removed"), "was archived or removed"),
    **dict.fromkeys(("push", "pull"), "has no git remote"),
    **dict.fromkeys(_STARTS, NO_COMMIT),
    "ci": "is no branch, tag or commit",
}
_ORPHAN = {
    **dict.fromkeys(_STARTS, NO_COMMIT),
    "rename": "there is no experiment",
    "rm": "there is no experiment",
    "restore removed": "was archived or removed",
    "push": "there is no default DVC remote",
    "apply": "has changes that are in no commit",
    "checkout": "would overwrite",
}
_CUT = {"diff baseline": "this clone is shallow", "ci": "this clone is shallow"}
_NO_DVC = {"init below": "DVC cannot work in a "}
_NOTHING_RAN = {
    "sweep status": "there is no sweep",
    "rename": "there is no experiment",
    "rm": "there is no experiment",
    "restore removed": "was archived or removed",
}
_NO_SWITCH = dict.fromkeys(("new", "checkout"), "cannot switch branch while")
_CONFLICT = {
    **dict.fromkeys(("run", "run grid", "record", "run here"), "is in conflict"),
    **_NOTHING_RAN,
    "sweep": "has conflict markers",
    "apply": "has changes that are in no commit",
    **_NO_SWITCH,
}
_THREE_SIDES = (
    "git switch -qc other HEAD~1 && echo 'lr = 1' > params.toml && git commit -qam other",
    "git switch -q main && echo 'lr = 2' > params.toml && git commit -qam mine",
)

KINDS: dict[str, Kind] = {
    "plain": Kind(kinds.plain),
    "detached HEAD": Kind(scripted("git switch -q --detach")),
    "unborn branch": Kind(kinds.unborn, refusals=_UNBORN, whole=False, usable=False),
    "orphan branch": Kind(kinds.unborn_orphan, refusals=_ORPHAN, whole=False, usable=False),
    "bare": Kind(kinds.bare, refusals={"*": "is a bare repository"}),
    "linked worktree": Kind(elsewhere.linked),
    "linked worktree of a bare one": Kind(elsewhere.linked_of_bare),
    "shallow clone": Kind(clone_of("--depth=1"), refusals=_CUT),
    "single-branch clone": Kind(clone_of("--single-branch", "--branch=main")),
    "clone without blobs": Kind(clone_of("--filter=blob:none")),
    "clone without trees": Kind(clone_of("--filter=tree:0")),
    "clone with a reference": Kind(kinds.alternates),
    "mirror clone": Kind(kinds.mirror, refusals={"*": "is a bare repository"}),
    "sha256": Kind(
        fresh("--object-format=sha256"),
        refusals={**_NO_DVC, "init": "DVC cannot work in a", "log": "GitPython knows SHA-1 only"},
    ),
    "reftable": Kind(fresh("--ref-format=reftable"), refusals={**_NO_DVC, "init": "DVC cannot work in a reftable"}),
    "reftable with sha256": Kind(
        fresh("--ref-format=reftable", "--object-format=sha256"),
        refusals={**_NO_DVC, "init": "DVC cannot work in a", "log": "GitPython knows SHA-1 only"},
    ),
    "worktree.useRelativePaths": Kind(configured("worktree.useRelativePaths=true")),
    "submodule": Kind(kinds.submodule),
    "with a submodule": Kind(kinds.with_submodule),
    "sparse checkout by folders": Kind(
        scripted("git sparse-checkout set --cone docs"),
        refusals={
            "apply": "the sparse checkout leaves out .dvc",
            "init": "leaves out .dvc",
            "init below": "leaves out",
        },
    ),
    "sparse checkout by patterns": Kind(scripted("git sparse-checkout set --no-cone '/*' '!/docs' '!/src'")),
    "sparse checkout without settings": Kind(
        scripted("git sparse-checkout set --no-cone /docs/"),
        refusals={"*": "leaves out branchlab.toml", "hooks uninstall": ""},
    ),
    "separate git directory": Kind(elsewhere.separate),
    "core.worktree": Kind(elsewhere.core_worktree),
    "outside of core.worktree": Kind(
        elsewhere.outside_core_worktree, refusals={"*": "is not in the working tree of its repository"}
    ),
    "GIT_DIR beside .git": Kind(elsewhere.by_environment),
    "GIT_DIR alone": Kind(elsewhere.only_environment, refusals={"*": "does not go by GIT_DIR"}),
    "GIT_INDEX_FILE": Kind(elsewhere.private_index),
    "core.autocrlf": Kind(configured("core.autocrlf=true")),
    "core.eol": Kind(
        scripted(
            "git config core.eol crlf",
            "echo '* text=auto' >> .git/info/attributes",
            "rm params.toml docs/page.md && git checkout -q -- .",
        )
    ),
    "core.fileMode=false": Kind(configured("core.fileMode=false")),
    "core.symlinks=false": Kind(configured("core.symlinks=false")),
    "extensions.worktreeConfig": Kind(
        scripted("git config extensions.worktreeConfig true", "git config --worktree user.name Eve")
    ),
    "commit.gpgSign with a signer that fails": Kind(
        configured("commit.gpgSign=true", "tag.gpgSign=true", "gpg.program=/bin/false"), usable=False
    ),
    "core.hooksPath elsewhere": Kind(scripted("mkdir ../hooks", "git config core.hooksPath ../hooks")),
    "core.logAllRefUpdates=false": Kind(configured("core.logAllRefUpdates=false")),
    "below a folder with blanks": Kind(named(" two  blanks ")),
    "below a folder with bidi characters": Kind(named("grün-Ω-日本\u202e")),
    "below a folder with a line feed": Kind(named("line\nfeed")),
    "below a folder that begins with a dash": Kind(named("-dash")),
    "below a folder that is not UTF-8": Kind(named("byte-\udcff")),
    "from a folder of the project": Kind(kinds.below),
    "project in a folder": Kind(kinds.subproject),
    "several projects": Kind(kinds.several),
    "refs that differ by case": Kind(
        scripted(
            "git branch exp/model/FIRST exp/model/first",
            "git branch exp/model/First exp/model/second",
            "git pack-refs --all",
        )
    ),
    "packed refs with peeled tags": Kind(scripted("git tag -am x v2", "git pack-refs --all --prune", "git gc -q")),
    "refs named like options": Kind(
        scripted(
            "c=$(git rev-parse exp/model/first)",
            "for ref in heads/-x heads/--output=x heads/exp/model/-f tags/-d heads/HEAD; do",
            "    printf 'create refs/%s %s\\n' $ref $c",
            "done | git update-ref --stdin",
        )
    ),
    "ref to a missing object": Kind(
        scripted("echo 1234567890123456789012345678901234567890 > .git/refs/heads/exp/model/broken"), whole=False
    ),
    "ref that holds garbage": Kind(scripted("echo garbage > .git/refs/heads/exp/model/garbage"), whole=False),
    "symbolic refs": Kind(
        scripted(
            "git symbolic-ref refs/heads/exp/model/link refs/heads/gone",
            "git symbolic-ref refs/heads/exp/model/alias refs/heads/exp/model/first",
        ),
        whole=False,
    ),
    "replaced commit": Kind(
        scripted(
            "c=$(git commit-tree -m other -p HEAD exp/model/second^{tree})",
            "git replace -f exp/model/second $c",
        )
    ),
    "grafts": Kind(scripted("git rev-parse HEAD > .git/info/grafts"), whole=False),
    "index.lock": Kind(
        scripted("touch .git/index.lock"),
        refusals=dict.fromkeys(("new", "run here", "checkout"), "index.lock"),
        usable=False,
    ),
    "merge with a conflict": Kind(scripted(*_THREE_SIDES, "git merge other || true"), refusals=_CONFLICT, usable=False),
    "rebase with a conflict": Kind(
        scripted(*_THREE_SIDES, "git rebase other || true"), refusals=_CONFLICT, usable=False
    ),
    "cherry-pick with a conflict": Kind(
        scripted(*_THREE_SIDES, "git cherry-pick other || true"), refusals=_CONFLICT, usable=False
    ),
    "merge before its commit": Kind(
        scripted(
            "git switch -qc other && echo x > new.txt && git add new.txt && git commit -qm other",
            "git switch -q main && git commit -q --allow-empty -m mine && git merge -q --no-commit other",
        ),
        refusals=_NO_SWITCH,
        usable=False,
    ),
    "rebase at a stop": Kind(
        scripted(
            "git commit -q --allow-empty -m a && git commit -q --allow-empty -m b",
            "GIT_SEQUENCE_EDITOR='sed -i 1s/pick/edit/' git rebase -q -i HEAD~2",
        ),
        refusals={**_NO_SWITCH, "run here": "HEAD is detached"},
        usable=False,
    ),
    "bisect": Kind(
        scripted(
            "for name in a b c; do git commit -q --allow-empty -m $name; done",
            "git bisect start HEAD HEAD~3",
        ),
        usable=False,
    ),
    "index of version 4": Kind(scripted("git update-index --index-version 4")),
    "split index": Kind(scripted("git config core.splitIndex true", "git update-index --split-index")),
    "untracked cache": Kind(scripted("git config core.untrackedCache true", "git update-index --untracked-cache")),
    "fsmonitor": Kind(
        scripted(
            "printf '#!/bin/sh\\nprintf \"x\\\\0/\\\\0\"\\n' > ../monitor && chmod +x ../monitor",
            "git config core.fsmonitor $(cd .. && pwd)/monitor && git update-index --fsmonitor",
        )
    ),
    "assume-unchanged and skip-worktree": Kind(
        scripted("git update-index --assume-unchanged train.sh", "git update-index --skip-worktree docs/page.md")
    ),
    "no experiment": Kind(
        scripted("git branch -q -D exp/model/first exp/model/second"),
        steps=("ls", "watch", "check", "doctor", "run", "record", "sweep", "sweep status"),
    ),
}
