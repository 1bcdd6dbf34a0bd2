"""What is still on its way to a view that is being taken away, or to a program that is being left.

Textual takes the widgets of a view away one by one, and mounts none from the moment the program is left; messages that
wait in their queues are handled all the same. Who looks for a widget then ends the program with a traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual._context import active_message_pump
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.widget import MountError

if TYPE_CHECKING:
    from collections.abc import Callable

_NOT_THERE = (NoMatches, MountError, NoScreen)


def is_there(node: DOMNode) -> bool:
    """Tells whether the program, or a view, or the view of a widget, is open and stays so."""
    app = node.app
    if app._exit:  # noqa: SLF001 - what Textual asks before it mounts anything
        return False
    return node is app or (node.is_attached and node.screen in app.screen_stack)


def came_too_late(error: Exception) -> bool:
    """Tells whether an error of the handler at work only says that what it is about is not there any more."""
    node = active_message_pump.get(None)
    return isinstance(error, _NOT_THERE) and isinstance(node, DOMNode) and not is_there(node)


def when_drawn(node: DOMNode, callback: Callable[..., object], *arguments: object) -> None:
    """Calls back once what is new has been drawn, if the node's view is open by then.

    `call_after_refresh` alone has whatever view is on top make the call, also for one that was taken away, and when
    that fails, the view on top hears nothing more.
    """
    node.call_after_refresh(lambda: callback(*arguments) if is_there(node) else None)
