"""`NamedTuple` as `typing` has it, made without compiling annotations that nobody asks for.

Up to Python 3.13, `typing.NamedTuple` compiles the annotation of every field when a class is made: 0.2 ms for
one of eight fields, and a command makes some fifty. Here they stay the text they are (docs/design/0003-start-up.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 - so that importing it from here is fine to mypy
else:
    from collections import namedtuple

    class _Maker(type):
        """Makes a subclass of `NamedTuple` with `collections.namedtuple`; needs annotations that are text."""

        def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, object]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, space)
            annotations = space.get("__annotations__", {})
            defaults = [space[field] for field in annotations if field in space]
            if defaults and [*annotations][-len(defaults) :] != [field for field in annotations if field in space]:
                raise TypeError(f"{name} has a field without a default behind one that has")
            made = namedtuple(name, annotations, defaults=defaults, module=space["__module__"])  # noqa: PYI024 - see above
            for key, value in space.items():
                if key not in annotations and key not in ("__module__", "__dict__"):
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Maker):
        """A tuple whose places have names; fields, defaults and methods stand in the body of a subclass."""
