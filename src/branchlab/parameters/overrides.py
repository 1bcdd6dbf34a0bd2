"""Reads the arguments of `-S`: `lr=0.1`, `configs/a.yaml:model.depth=3`, `+new.key=1`, and comma lists as a grid."""

from __future__ import annotations

import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from branchlab.errors import UsageError
from branchlab.naming import SLUG_LENGTH, slugify
from branchlab.text import safe_text
from branchlab.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_EXPERIMENTS = 10_000  # as many as branchlab is built for
LONGEST = 1 << 17  # characters; the system takes no longer argument
LONGEST_KEY = 1000  # so at most 500 steps, and `find` goes down one call for each
DEEPEST = 16  # `guess` calls itself for each bracket
_DIGEST_LENGTH = 6
_SHOWN = 200

# The `+` may stand before the file or before the key: `+params.toml:new=1` and `params.toml:+new=1`.
_SHAPE = re.compile(r"(\+?)(?:([^=]*\.(?:toml|ya?ml|json)):)?(\+?)([^=]*)=(.*)", re.DOTALL | re.IGNORECASE)
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'""", re.DOTALL)
_BRACKETS = {"[": "]", "{": "}", "(": ")"}
_STEP = re.compile(r"""\[(\d+)\]|"([^"]+)"|'([^']+)'|([^.\[\]"']+)""")


class Override(NamedTuple):
    """One argument of `-S`.

    Attributes:
        file: the parameter file it names, relative to the project; None leaves the choice to where the key is.
        key: dotted name as written; `layers[0]` and `layers.0` are places in a list.
        values: the values as written, quotes included, one per experiment.
        add: True for `+key=value`, which adds a key that is not there.
    """

    file: str | None
    key: str
    values: tuple[str, ...]
    add: bool


class Assignment(NamedTuple):
    """One value for one key; the fields are those of `Override`."""

    file: str | None
    key: str
    value: str
    add: bool = False


def parse_override(text: str) -> Override:
    """Reads one argument of `-S`.

    Raises:
        UsageError: for a missing `=` or key, open quotes or brackets, an empty value in a list, a file outside of
            the project, and text that is not UTF-8.
    """
    shown = f"{safe_text(text[:_SHOWN])!r:.100}"
    if len(text) > LONGEST:
        raise UsageError(f"-S {shown} is longer than {LONGEST:,} characters", "write long values into the file")
    match = _SHAPE.fullmatch(text)
    if not match:
        raise UsageError(f"-S {shown} has no '='", "write it as key=value")
    before, file, after, key, values = match.groups()
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError(f"-S {shown} is not UTF-8", "write it in UTF-8")
    if file and (file.startswith("/") or ".." in file.split("/")):
        raise UsageError(f"-S {shown} leads out of the project", "name a file below branchlab.toml")
    split_key(key.strip())
    return Override(file or None, key.strip(), split_values(values, "-S " + shown), bool(before or after))


def split_key(key: str) -> tuple[str, ...]:
    """Returns the steps of a key: names and places in lists; quotes protect dots.

    Raises:
        UsageError: for an empty key or step, and for brackets or quotes that make no sense.
    """
    steps: list[str] = []
    # From its end, a key that is too long has no steps and is refused as any other that is none.
    place = 0 if len(key) <= LONGEST_KEY else len(key)
    while match := _STEP.match(key, place):
        steps.append(next(group for group in match.groups() if group is not None))
        place = match.end()
        if key[place : place + 1] == ".":
            place += 1
            if place == len(key):
                break
        elif key[place : place + 1] != "[":
            break
    if not steps or place < len(key) or key.endswith("."):
        raise UsageError(f"{safe_text(key[:_SHOWN])!r:.100} is not a key", "write it as model.depth or layers[0]")
    return tuple(steps)


def split_values(text: str, source: str) -> tuple[str, ...]:
    """Splits a list at its commas; quotes and brackets protect those inside. Quotes are kept."""
    values: list[str] = []
    waiting: list[str] = []
    before = ""  # the last character that is not a space; a quote inside of a word is an apostrophe
    place = start = 0
    while place < len(text):
        character = text[place]
        if character in "\"'" and before in ("", *",[{(:"):
            quoted = _QUOTED.match(text, place)
            if not quoted:
                raise UsageError(f"{source} has an open quote", f"close it with {character}")
            before, place = character, quoted.end()
            continue
        if character in _BRACKETS:
            waiting.append(_BRACKETS[character])
            if len(waiting) > DEEPEST:
                raise UsageError(f"{source} is nested more than {DEEPEST} deep", "put quotes around a text")
        elif waiting and character == waiting[-1]:
            waiting.pop()
        elif character == "," and not waiting:
            values.append(text[start:place].strip())
            start = place + 1
        before = before if character.isspace() else character
        place += 1
    if waiting:
        raise UsageError(f"{source} has an open bracket", f"close it with {waiting[-1]}, or put quotes around it")
    values.append(text[start:].strip())
    # A single empty value is meant: `name=` sets an empty text.
    if len(values) > 1 and "" in values:
        raise UsageError(f"{source} has an empty value in its list", "write an empty text as ''")
    return tuple(values)


def expand_grid(overrides: Sequence[Override]) -> list[tuple[Assignment, ...]]:
    """Returns one tuple of assignments per experiment; the last override changes fastest.

    Raises:
        UsageError: when a key is given twice, and for more than 10,000 experiments.
    """
    seen: set[tuple[str | None, tuple[str, ...]]] = set()
    for override in overrides:
        # By steps, so that `layers[0]` and `layers.0` count as one key.
        place = override.file, split_key(override.key)
        if place in seen:
            raise UsageError(f"-S sets {safe_text(override.key)} twice", "write its values as one comma list")
        seen.add(place)
    count = prod(len(override.values) for override in overrides)
    if count > MOST_EXPERIMENTS:
        raise UsageError(f"-S asks for {count:,} experiments", f"at most {MOST_EXPERIMENTS:,} make a grid")
    columns = [
        [Assignment(override.file, override.key, value, override.add) for value in override.values]
        for override in overrides
    ]
    return list(product(*columns))


def label(assignments: Sequence[Assignment]) -> str:
    """Returns a slug that tells experiments of a grid apart, `lr-0.1-depth-3`; empty for no assignments.

    A key is shortened to its last name where that is unique. `-1` becomes `minus1`. What is too long for a slug, or
    has letters that a slug cannot hold, ends in a digest of the whole.
    """
    if not assignments:
        return ""
    steps = [split_key(assignment.key) for assignment in assignments]
    lasts = [_last_name(names) for names in steps]
    parts = []
    for assignment, names, last in zip(assignments, steps, lasts, strict=True):
        # A slug would lose the sign and make -1 and 1 one name; in `a-1` it is no sign.
        value = re.sub(r"(?<![\w.])-(?=[\d.])", "minus", assignment.value.strip("\"'"))
        parts += [last if lasts.count(last) == 1 else ".".join(names), value]
    text = "-".join(parts)
    slug = slugify(text)
    if len(text) < SLUG_LENGTH and text.isascii():
        return slug
    from hashlib import sha256  # loads OpenSSL, which most labels do not need

    digest = sha256("\0".join([*(item.key + "\0" + item.value for item in assignments)]).encode()).hexdigest()
    head = slug[: SLUG_LENGTH - _DIGEST_LENGTH - 1].strip("-.")
    return f"{head}-{digest[:_DIGEST_LENGTH]}".strip("-")


def _last_name(steps: tuple[str, ...]) -> str:
    """Returns the last name of a key, with the places in lists that follow it: `layers.0`."""
    names = [place for place, step in enumerate(steps) if not step.isdecimal()]
    return ".".join(steps[names[-1] if names else 0 :])
