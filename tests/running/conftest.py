"""What the tests of running share."""

from __future__ import annotations

from powerless_user import powerless

__all__ = ["powerless"]  # a fixture that pytest finds here
