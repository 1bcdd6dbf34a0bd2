"""The template that all kinds of repository are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kinds_of_repository import make_template

if TYPE_CHECKING:
    from kinds_of_repository import Template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A project with two experiments, and its remote."""
    return make_template(tmp_path_factory.mktemp("kinds"))
