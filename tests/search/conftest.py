"""The index over either table of words: SQLite's and PostgreSQL's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from sync.cloud.finder import words_at
from sync.search.index import ClassIndex

NewIndex = Callable[..., ClassIndex]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_index(request: Any) -> Iterator[NewIndex]:
    """``new_index(classes)`` makes one. Those over PostgreSQL share a database, as clouds do."""
    address = request.getfixturevalue("postgres").new_database() if request.param == "postgresql" else ":memory:"
    with ExitStack() as made:
        yield lambda classes=(): made.enter_context(closing(ClassIndex(classes, words_at(address))))
