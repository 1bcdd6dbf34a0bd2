"""The naming rule: which branches are experiments, and what a good name looks like."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

from branchlab.errors import UsageError
from branchlab.text import safe_text

if TYPE_CHECKING:
    from branchlab.project import Naming

NAME_LENGTH = 200  # leaves room for `refs/remotes/<remote>/` and `.lock` in a path component of 255 bytes
SLUG_LENGTH = 100
UNTITLED = "untitled"

_SLUG = r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FIELDS = {"type": "", "slug": _SLUG, "user": _SLUG, "date": _DATE}
_FIELD = re.compile(r"\{([^{}]*)\}")
_REFUSED_BY_GIT = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]")
_MEANS_EXPERIMENT = ("exp", "exps", "experiment", "experiments")
_EXAMPLE_DATE = "2026-01-31"


class Rule:
    """The naming rule, compiled; `compile_rule` builds it.

    Attributes:
        naming: the settings it was built from.
        prefix: what every good name starts with, up to a slash (`exp/`), so that git can list only those.
    """

    __slots__ = ("_exempt", "_fullmatch", "naming", "prefix")

    def __init__(self, naming: Naming, pattern: re.Pattern[str], exempt: re.Pattern[str]) -> None:
        self.naming = naming
        self.prefix = naming.pattern.partition("{")[0].rpartition("/")[0]
        self.prefix += "/" if self.prefix else ""
        self._fullmatch = pattern.fullmatch
        self._exempt = exempt

    def accepts(self, name: str) -> bool:
        """Tells whether a branch of this name is an experiment; `exempt` is asked apart from it."""
        return len(name) <= NAME_LENGTH and self._fullmatch(name) is not None

    def exempt(self, name: str) -> bool:
        """Tells whether a branch of this name is no experiment and may be committed to."""
        return self._exempt.fullmatch(name) is not None

    def fields(self, name: str) -> dict[str, str] | None:
        """Returns the parts of a good name by field (`type`, `slug`, …), else None."""
        match = self._fullmatch(name) if len(name) <= NAME_LENGTH else None
        return match.groupdict() if match else None

    def check(self, name: str) -> str | None:
        """Returns why a name is not accepted, in plain words and safe to show, else None."""
        if self.accepts(name):
            return None
        if problem := ref_problem(name):
            return problem
        if len(name) > NAME_LENGTH:
            return f"it is longer than {NAME_LENGTH} characters"
        parts = _loose_fields(self.naming, name)
        for field, part in (parts or {}).items():
            if problem := _field_problem(self.naming, field, part):
                return problem
        return f"it does not follow {self.naming.pattern}"

    def suggest(self, name: str, *, user: str, date: str) -> str:
        """Returns the accepted name that is nearest to a refused one.

        Args:
            name: what the user wrote, in any form.
            user: name of the user for `{user}`, in any form.
            date: ISO date for `{date}`.
        """
        if self.accepts(name):
            return name
        parts = _loose_fields(self.naming, name) or _guess_fields(self.naming, name, user)
        own_date = parts.get("date", "")
        return compose(
            self,
            type=_nearest_type(self.naming, parts.get("type", "")),
            slug=slugify(parts.get("slug", "")) or UNTITLED,
            user=parts.get("user", user) or user,
            date=own_date if re.fullmatch(_DATE, own_date) else date,
        )


def compile_rule(naming: Naming) -> Rule:
    """Returns the rule for these settings.

    Raises:
        UsageError: for an unknown or repeated field, a pattern without `{slug}`, and one whose names git refuses.
    """
    fields = _FIELD.findall(naming.pattern)
    for field in fields:
        if field not in _FIELDS:
            known = ", ".join(f"{{{name}}}" for name in _FIELDS)
            raise UsageError(f"naming.pattern has an unknown field {{{safe_text(field)}}}", f"known: {known}")
        if fields.count(field) > 1:
            raise UsageError(f"naming.pattern has {{{field}}} twice", "use each field once")
    if "slug" not in fields:
        raise UsageError("naming.pattern has no {slug}", 'write it as "exp/{type}/{slug}"')
    if "type" in fields and not all(naming.types):
        raise UsageError("naming.types holds an empty name", "remove it")
    if "type" in fields and not naming.types:
        raise UsageError("naming.types is empty, but naming.pattern has {type}", "add a type")
    for kind in naming.types if "type" in fields else ("",):
        example = _fill(naming.pattern, {"type": kind, "slug": "a", "user": "a", "date": _EXAMPLE_DATE})
        if problem := ref_problem(example) or ("it is too long" if len(example) > NAME_LENGTH // 2 else None):
            shown = safe_text(f"{example:.60}")
            raise UsageError(f"naming.pattern makes names such as {shown!r}: {problem}", "change the pattern")
    return Rule(naming, _compile_pattern(naming), _compile_exempt(naming))


def _compile_pattern(naming: Naming) -> re.Pattern[str]:
    types = "|".join(re.escape(kind) for kind in sorted(naming.types, key=len, reverse=True))
    # Neither `..` nor `.lock` may arise where two fields meet, so the whole name is looked at first.
    pieces = [r"(?!.*\.(?:\.|lock(?:/|\Z)))"]
    for place, piece in enumerate(_FIELD.split(naming.pattern)):
        inner = (_FIELDS[piece] or types) if place % 2 else ""
        pieces.append(f"(?P<{piece}>{inner})" if place % 2 else re.escape(piece))
    return re.compile("".join(pieces))


def _compile_exempt(naming: Naming) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in naming.exempt) or "(?!)")


def _fill(pattern: str, fields: dict[str, str]) -> str:
    return _FIELD.sub(lambda match: fields[match[1]], pattern)


def ref_problem(name: str) -> str | None:
    """Returns why git refuses a branch name, in plain words, else None (`git check-ref-format --branch`)."""
    parts = name.split("/")
    refused = _REFUSED_BY_GIT.search(name)
    reasons = (
        (not name, "it is empty"),
        (refused, f"git does not allow {safe_text(refused[0])!r} in a name" if refused else ""),
        (".." in name, "git does not allow '..' in a name"),
        ("@{" in name, "git does not allow '@{' in a name"),
        (name == "@", "git reads '@' as HEAD"),
        ("" in parts, "it has an empty part between slashes"),
        (any(part.startswith(".") for part in parts), "a part starts with a dot"),
        (any(part.endswith(".lock") for part in parts), "a part ends with '.lock'"),
        (name.endswith("."), "it ends with a dot"),
        (name.startswith("-"), "it starts with '-'"),
        (name == "HEAD", "git keeps the name HEAD for itself"),
    )
    return next((reason for fails, reason in reasons if fails), None)


def _loose_fields(naming: Naming, name: str) -> dict[str, str] | None:
    """Reads a name that has the shape of the pattern, whatever stands in its fields."""
    pieces = _FIELD.split(naming.pattern)
    loose = "".join(f"(?P<{piece}>[^/]+)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
    match = re.fullmatch(loose, name[:NAME_LENGTH], re.IGNORECASE)
    return match.groupdict() if match else None


def _field_problem(naming: Naming, field: str, part: str) -> str | None:
    shown = safe_text(part)
    if field == "type":
        return None if part in naming.types else f"type {shown!r} is not one of {', '.join(naming.types)}"
    if re.fullmatch(_FIELDS[field], part):
        return None
    if field == "date":
        return f"date {shown!r} is not written like {_EXAMPLE_DATE}"
    if not re.search("[^a-z0-9.-]", part):
        return f"{field} {shown!r} must start with a letter or digit and not end with a dot"
    return f"{field} {shown!r} may hold only lower-case letters, digits, '-' and '.'"


def _nearest_type(naming: Naming, word: str, likeness: float = 0.6) -> str | None:
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), naming.types, n=1, cutoff=likeness)
    return near[0] if near else None


def _guess_fields(naming: Naming, name: str, user: str) -> dict[str, str]:
    """Finds a type and a slug in a name of any shape: `feature/New_net`, `model-wider`, `experiments/x`."""
    words = [word for word in re.split(r"[\s/_\\-]+", name[:NAME_LENGTH].casefold()) if word]
    skipped = {*re.split("[^a-z0-9]+", _FIELD.sub("/", naming.pattern).lower()), user.casefold()}
    while words and (words[0] in skipped or words[0] in _MEANS_EXPERIMENT):
        words.pop(0)
    kind = _nearest_type(naming, words[0], 0.75) if words and "{type}" in naming.pattern else None
    if kind is None:
        return {"slug": "-".join(words)}
    return {"type": kind, "slug": "-".join(words[1:])}


def compose(
    rule: Rule,
    *,
    type: str | None,  # noqa: A002 - the word that the settings use
    slug: str,
    user: str,
    date: str,
) -> str:
    """Returns the branch name that the rule makes of these parts.

    Args:
        rule: the compiled rule.
        type: one of the rule's types; None takes the first.
        slug: any text; it is slugified.
        user: any text; it is slugified.
        date: ISO date.

    Raises:
        UsageError: for a type that the rule does not know, and parts that make no good name.
    """
    types = rule.naming.types
    if type is not None and type not in types and "{type}" in rule.naming.pattern:
        near = _nearest_type(rule.naming, type)
        hint = f"did you mean {near}?" if near else f"use one of {', '.join(types)}"
        raise UsageError(f"there is no experiment type {safe_text(type)!r}", hint)
    fields = {
        "type": type if type is not None else next(iter(types), ""),
        "slug": slugify(slug),
        "user": slugify(user) or "user",
        "date": date,
    }
    if not fields["slug"]:
        raise UsageError(f"{safe_text(slug)!r} has no letter or digit to name a branch by", "give another name")
    excess = len(_fill(rule.naming.pattern, fields)) - NAME_LENGTH
    if excess > 0:
        fields["user"] = fields["user"][:-excess].rstrip("-.")
    name = _fill(rule.naming.pattern, fields)
    if problem := rule.check(name):
        raise UsageError(f"{safe_text(name)!r} is no good name: {problem}", f"names follow {rule.naming.pattern}")
    return name


def slugify(text: str) -> str:
    """Returns text as a slug: lower-case ASCII letters, digits, '-' and '.'; empty when nothing of it is left."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text[: 4 * SLUG_LENGTH].casefold())
    dashed = re.sub("[^a-z0-9.]+", "-", plain.encode("ascii", "ignore").decode().lower())
    slug = re.sub(r"-*\.[.-]*", ".", dashed).strip("-.")[:SLUG_LENGTH].strip("-.")
    # Further in, `.lock` is no trouble: git minds it only where a path component ends.
    return re.sub(r"\.lock$", "-lock", slug)
