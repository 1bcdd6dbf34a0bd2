"""Our `NamedTuple` makes what `typing.NamedTuple` makes."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from branchlab import tuples

BODY = '''
from __future__ import annotations

class Point(NamedTuple):
    """Where something is."""

    x: int
    y: int = 2
    names: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The sum."""
        return self.x + self.y

    def moved(self, by: int) -> Point:
        return self._replace(x=self.x + by)

    @classmethod
    def origin(cls) -> Point:
        return cls(0, 0)
'''


def made_by(base: object) -> typing.Any:
    space: dict[str, typing.Any] = {"NamedTuple": base, "__name__": __name__}
    exec(BODY, space)  # noqa: S102 - the same class twice
    return space["Point"]


OURS, THEIRS = made_by(tuples.NamedTuple), made_by(typing.NamedTuple)
Point = OURS  # where pickle looks for it


@pytest.mark.parametrize(
    "look",
    [
        lambda point: point(1),
        lambda point: point(1, y=5, names=("a",)),
        lambda point: (point(1).total, point(1).moved(3), point.origin()),
        lambda point: (point._fields, point._field_defaults, point(1)._asdict(), repr(point(1))),
        lambda point: (point.__name__, point.__qualname__, point.__module__, point.__doc__, point.__mro__[1:]),
        lambda point: (point(1) == (1, 2, ()), hash(point(1)), len(point(1)), point(1)[0], list(point(1))),
        lambda point: (point.__match_args__, copy.replace(point(1)) if hasattr(copy, "replace") else None),
        lambda point: (point.moved.__doc__, point.total.__doc__, point.__slots__),
    ],
)
def test_it_is_the_same_class(look: typing.Callable[[typing.Any], object]) -> None:
    assert look(OURS) == look(THEIRS)


def test_it_takes_what_the_other_takes() -> None:
    for wrong in ((), (1, 2, 3, 4)):
        with pytest.raises(TypeError):
            OURS(*wrong)
    with pytest.raises(TypeError):
        OURS(1, z=1)
    with pytest.raises(AttributeError):
        OURS(1).x = 2
    with pytest.raises(AttributeError):
        OURS(1).z = 2


EMPTY = "from __future__ import annotations\nclass Empty(NamedTuple):\n    pass\n"


def made_afresh(base: object, body: str = BODY, name: str = "Point") -> typing.Any:
    """Returns a class that nobody has called yet."""
    space: dict[str, typing.Any] = {"NamedTuple": base, "__name__": __name__}
    exec(body, space)  # noqa: S102 - as above
    return space[name]


@pytest.mark.parametrize(
    "first",
    [
        lambda point: point(1),
        lambda point: point(x=1, names=("a",)),
        lambda point: point._make([1, 2, ()]),
        lambda point: point(y=1),
        lambda point: point(1, 2, (), 4),
        lambda point: point._make([1]),
        lambda point: point(1)._replace(z=1),
        lambda point: type("Below", (point,), {})(5),
        lambda point: point.__new__(point, 3),
    ],
)
def test_the_first_call_is_like_any_other(first: typing.Callable[[typing.Any], object]) -> None:
    said = []
    for base in (tuples.NamedTuple, typing.NamedTuple):
        point = made_afresh(base)
        for _ in range(2):
            try:
                said.append(repr(first(point)))
            except (TypeError, ValueError) as error:
                said.append(str(error))
    assert said == [said[0]] * 4


def test_a_class_without_fields_is_an_empty_tuple() -> None:
    ours, theirs = (made_afresh(base, EMPTY, "Empty") for base in (tuples.NamedTuple, typing.NamedTuple))
    assert (repr(ours()), ours()) == (repr(theirs()), theirs())


def test_names_that_a_tuple_may_not_have_are_refused() -> None:
    for base in (tuples.NamedTuple, typing.NamedTuple):
        with pytest.raises(ValueError, match="_x"):
            made_afresh(base, EMPTY.replace("pass", "_x: int"), "Empty")


def test_it_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(OURS(1))) == OURS(1)  # noqa: S301 - our own bytes


def test_a_default_before_a_field_without_one_is_refused() -> None:
    for base in (tuples.NamedTuple, typing.NamedTuple):
        space = {"NamedTuple": base, "__name__": __name__}
        with pytest.raises(TypeError):
            exec("class Wrong(NamedTuple):\n    x: 'int' = 1\n    y: 'int'\n", space)  # noqa: S102
