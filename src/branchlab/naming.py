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
SLUG_LENGTH = 100  # `compile_rule` lets the rest of a name have the other half
UNTITLED = "untitled"
NO_ISSUE = "0"  # stands in a suggestion where only the user knows the number

_SLUG = r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ISSUE = "[0-9]+|[A-Z][A-Z0-9_]+-[0-9]+"
_FIELDS = {"type": "", "slug": _SLUG, "user": _SLUG, "date": _DATE, "issue": _ISSUE}
_FIELD = re.compile(r"\{([^{}]*)\}")
_REFUSED_BY_GIT = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]")
_MEANS_EXPERIMENT = ("exp", "exps", "experiment", "experiments")
_EXAMPLE_DATE = "2026-01-31"
_AT_THE_START = re.compile(rf"#?({_ISSUE})(?:[\s/_:-]+|\Z)")
# A bare number counts only where a part begins: that of `try-resnet-50` is no issue.
_ANYWHERE = re.compile(r"(?:(?:\A|/)#?([0-9]+)|(?<![A-Za-z0-9])([A-Z][A-Z0-9_]+-[0-9]+))(?=[\s/_:-]|\Z)")


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
        issue, slug = parts.get("issue", ""), parts.get("slug", "")
        known = issue.removeprefix("#").upper()
        if not re.fullmatch(_ISSUE, known) or len(known) > SLUG_LENGTH // 2:
            known, slug = NO_ISSUE, f"{issue}-{slug}"
        issue, slug = _issue_and_slug(
            self, known if "{issue}" in self.naming.pattern else "", slugify(slug) or UNTITLED
        )
        fields = {
            "issue": issue,
            "type": _nearest_type(self.naming, parts.get("type", "")) or next(iter(self.naming.types), ""),
            "slug": slugify(slug),
            "user": slugify(parts.get("user", user) or user) or "user",
            "date": own_date if re.fullmatch(_DATE, own_date) else date,
        }
        # `..` or `.lock` may arise where two fields meet; the last of these never makes one.
        tries: tuple[dict[str, str], ...] = ({}, {"user": "user"}, {"user": "user", "slug": UNTITLED})
        return next(filter(self.accepts, (_fill_shortened(self.naming.pattern, fields | change) for change in tries)))


def to_fill_in(rule: Rule, name: str) -> str:
    """Returns what the user has to change in a suggested name, to be put behind it; mostly nothing."""
    unknown = (rule.fields(name) or {}).get("issue") == NO_ISSUE
    return f" with the number of the issue in place of {NO_ISSUE}" if unknown else ""


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
        example = _fill(naming.pattern, {"type": kind, "slug": "a", "user": "a", "date": _EXAMPLE_DATE, "issue": "1"})
        if problem := ref_problem(example) or ("it is too long" if len(example) > NAME_LENGTH // 2 else None):
            shown = safe_text(f"{example:.60}")
            raise UsageError(f"naming.pattern makes names such as {shown!r}: {problem}", "change the pattern")
    return Rule(naming, _compile_pattern(naming), _compile_exempt(naming))


def _compile_pattern(naming: Naming) -> re.Pattern[str]:
    # The longest first: with the types `fix` and `fix-data`, `exp/{type}-{slug}` reads `exp/fix-data-x` as the second.
    types = "|".join(re.escape(kind) for kind in sorted(naming.types, key=len, reverse=True))
    # Neither `..` nor `.lock` may arise where two fields meet, so the whole name is looked at first.
    pieces = [r"(?!.*\.(?:\.|lock(?:/|\Z)))"]
    for place, piece in enumerate(_FIELD.split(naming.pattern)):
        inner = (_FIELDS[piece] or types) if place % 2 else ""
        pieces.append(f"(?P<{piece}>{inner})" if place % 2 else re.escape(piece))
    return re.compile("".join(pieces))


def _compile_exempt(naming: Naming) -> re.Pattern[str]:
    # A star takes slashes as well; "(?!)" fits nothing.
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in naming.exempt) or "(?!)")


def _fill(pattern: str, fields: dict[str, str]) -> str:
    return _FIELD.sub(lambda match: fields[match[1]], pattern)


def _fill_within(pattern: str, fields: dict[str, str]) -> str:
    """Fills a pattern, with as much of the user's name as there is room for: the slug tells experiments apart."""
    excess = len(_fill(pattern, fields)) - NAME_LENGTH
    return _fill(pattern, fields | {"user": slugify(fields["user"][:-excess])} if excess > 0 else fields)


def _fill_shortened(pattern: str, fields: dict[str, str]) -> str:
    """Fills a pattern so that the name is never too long: where the user's name is not enough, the slug gives way."""
    # What `compile_rule` and SLUG_LENGTH let through leaves room for a word in any case.
    room = NAME_LENGTH - len(_fill(pattern, fields | {"slug": "", "user": "u"}))
    return _fill_within(pattern, fields | {"slug": slugify(fields["slug"][:room])})


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
    # A key holds a dash of its own, so that the first dash need not be the one before the next field.
    shapes = {"issue": "(?:[A-Za-z][A-Za-z0-9_]+-)?#?[0-9]+|[^/]+"}
    loose = "".join(
        f"(?P<{piece}>{shapes.get(piece, '[^/]+')})" if place % 2 else re.escape(piece)
        for place, piece in enumerate(pieces)
    )
    # Cut, because several fields that take nearly anything try every way to share a long name.
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
    if field == "issue":
        return f"issue {shown!r} is not written like 123 or PROJ-123"
    if not re.search("[^a-z0-9.-]", part):
        return f"{field} {shown!r} must start with a letter or digit and not end with a dot"
    return f"{field} {shown!r} may hold only lower-case letters, digits, '-' and '.'"


def _nearest_type(naming: Naming, word: str, likeness: float = 0.6) -> str | None:
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), naming.types, n=1, cutoff=likeness)
    return near[0] if near else None


def _guess_fields(naming: Naming, name: str, user: str) -> dict[str, str]:
    """Finds a type and a slug in a name of any shape: `feature/New_net`, `model-wider`, `experiments/x`."""
    found = _ANYWHERE.search(name[:NAME_LENGTH]) if "{issue}" in naming.pattern else None
    if found:
        apart = f"{name[: found.start()]}/{name[found.end() : NAME_LENGTH]}"
        plain = naming._replace(pattern=naming.pattern.replace("{issue}", ""))
        return _guess_fields(plain, apart, user) | {"issue": found[1] or found[2]}
    words = [word for word in re.split(r"[\s/_\\-]+", name[:NAME_LENGTH].casefold()) if word]
    skipped = {*re.split("[^a-z0-9]+", _FIELD.sub("/", naming.pattern).lower()), user.casefold()}
    while words and (words[0] in skipped or words[0] in _MEANS_EXPERIMENT):
        words.pop(0)
    # Surer than elsewhere: here the word may be no type at all, but the first of the slug.
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
    issue: str = "",
) -> str:
    """Returns the branch name that the rule makes of these parts.

    Args:
        rule: the compiled rule.
        type: one of the rule's types; None takes the first.
        slug: any text; it is slugified. It may begin with the issue: `123-wider`.
        user: any text; it is slugified.
        date: ISO date.
        issue: number or key of an issue, such as `123` or `PROJ-123`; empty when `slug` holds it, or nobody said.

    Raises:
        UsageError: for a type that the rule does not know, a missing issue, and parts that make no good name.
    """
    types = rule.naming.types
    if type is not None and type not in types and "{type}" in rule.naming.pattern:
        near = _nearest_type(rule.naming, type)
        hint = f"did you mean {near}?" if near else f"use one of {', '.join(types)}"
        raise UsageError(f"there is no experiment type {safe_text(type)!r}", hint)
    issue, slug = _issue_and_slug(rule, issue, slug)
    fields = {
        "issue": issue,
        "type": type if type is not None else next(iter(types), ""),
        "slug": slugify(slug),
        "user": slugify(user) or "user",
        "date": date,
    }
    if not fields["slug"]:
        raise UsageError(f"{safe_text(slug)!r} has no letter or digit to name a branch by", "give another name")
    name = _fill_within(rule.naming.pattern, fields)
    if problem := rule.check(name):
        raise UsageError(f"{safe_text(name)!r} is no good name: {problem}", f"names follow {rule.naming.pattern}")
    return name


def split_issue(text: str) -> tuple[str, str]:
    """Parts a text that begins with the number or key of an issue: `123-wider`, `#123 wider`, `PROJ-123-wider`.

    Returns:
        the issue, empty when there is none, and the rest.
    """
    found = _AT_THE_START.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def read_issue(rule: Rule, issue: str) -> str:
    """Returns an issue as it stands in a name: `#123` is `123`, `proj-123` is `PROJ-123`; an empty one stays empty.

    Raises:
        UsageError: for what is no issue, and when the rule has no place for one.
    """
    if not issue:
        return ""
    if "{issue}" not in rule.naming.pattern:
        raise UsageError("the naming rule has no place for an issue", f"names follow {rule.naming.pattern}")
    known = issue.removeprefix("#").upper()
    if not re.fullmatch(_ISSUE, known):
        raise UsageError(f"{safe_text(issue)!r} is no issue", "write it like 123 or PROJ-123")
    return known


def _issue_and_slug(rule: Rule, issue: str, slug: str) -> tuple[str, str]:
    issue = read_issue(rule, issue)
    if "{issue}" not in rule.naming.pattern:
        return "", slug
    own, rest = split_issue(slug)
    if own and issue in ("", own) and (slugify(rest) or not issue):
        issue, slug = own, rest
    if not issue:
        raise UsageError("the naming rule wants an issue", "--issue 123, or begin the name with it: 123-wider")
    if not slugify(slug):
        raise UsageError(f"a name needs a word beside the issue {issue}", f"as in {issue}-wider")
    return issue, slug


def slugify(text: str) -> str:
    """Returns text as a slug: lower-case ASCII letters, digits, '-' and '.'; empty when nothing of it is left."""
    import unicodedata

    # Cut before as well: NFKD makes up to 18 letters of one.
    plain = unicodedata.normalize("NFKD", text[: 4 * SLUG_LENGTH].casefold())
    dashed = re.sub("[^a-z0-9.]+", "-", plain.encode("ascii", "ignore").decode().lower())
    slug = re.sub(r"-*\.[.-]*", ".", dashed).strip("-.")[:SLUG_LENGTH].strip("-.")
    # Further in, `.lock` is no trouble: git minds it only where a path component ends.
    return re.sub(r"\.lock$", "-lock", slug)
