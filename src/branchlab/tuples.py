"""`NamedTuple` as `typing` has it, made without compiling what nobody asks for.

Up to Python 3.13, `typing.NamedTuple` compiles the annotation of every field when a class is made, and
`collections.namedtuple` below it a constructor: together 0.3 ms for one of eight fields, and a command makes some fifty
and fills half of them. Here annotations stay the text they are, the first call compiles the constructor, and the
other methods are shared (docs/design/0003-start-up.md).
"""

from __future__ import annotations

TYPE_CHECKING = False  # a training process that loads no `typing` starts 4 ms earlier
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 - so that importing it from here is fine to mypy
else:
    from collections import _tuplegetter  # what namedtuple reads a place with
    from keyword import iskeyword

    class _Methods:
        """What every class has, in the words of `collections.namedtuple`."""

        @classmethod
        def _make(cls, iterable: object) -> tuple:
            made = tuple.__new__(cls, iterable)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changes: object) -> tuple:
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {list(changes)!r}")
            return made

        def _asdict(self) -> dict[str, object]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            shown = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({shown})"

        def __getnewargs__(self) -> tuple:
            return tuple(self)

    _NAMES = ("_make", "_replace", "_asdict", "__repr__", "__getnewargs__")
    _SHARED = {name: vars(_Methods)[name] for name in _NAMES} | {"__slots__": (), "__replace__": _Methods._replace}

    class _Maker(type):
        """Makes a subclass of `NamedTuple`; needs annotations that are text."""

        def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, object]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, space)
            fields = tuple(space.get("__annotations__", ()))
            defaults = {field: space[field] for field in fields if field in space}
            if defaults and fields[-len(defaults) :] != tuple(defaults):
                raise TypeError(f"{name} has a field without a default behind one that has")
            if wrong := [field for field in fields if field.startswith("_") or iskeyword(field)]:
                raise ValueError(f"{name} has a field that may not be called {wrong[0]}")

            def first_call(owner: type, /, *arguments: object, **named: object) -> tuple:
                new = _compile(name, fields)
                new.__defaults__ = tuple(defaults.values())
                made.__new__ = staticmethod(new)
                return new(owner, *arguments, **named)

            getters = {field: _tuplegetter(place, field) for place, field in enumerate(fields)}
            facts = {"_fields": fields, "_field_defaults": defaults, "__match_args__": fields, "__new__": first_call}
            doc = {"__doc__": f"{name}({', '.join(fields)})"}
            made = type(name, (tuple,), {**_SHARED, **doc, **space, **facts, **getters})
            return made

    def _compile(name: str, fields: tuple[str, ...]) -> object:
        """Returns the constructor that `namedtuple` would make."""
        names = "".join(f"{field}, " for field in fields)
        new = eval(f"lambda _cls, {names}: _new(_cls, ({names}))", {"_new": tuple.__new__})  # noqa: S307 - names of fields
        new.__name__, new.__qualname__ = "__new__", f"{name}.__new__"
        return new

    class NamedTuple(metaclass=_Maker):
        """A tuple whose places have names; fields, defaults and methods stand in the body of a subclass."""
