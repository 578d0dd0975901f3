"""Classes that are taken away while the cloud looks at them are gone, and nobody hears an error."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.cloud.catalogue import Catalogue
from sync.cloud.schedule import NOTE, Schedule

LOOKS = 400


@pytest.fixture
def coming_and_going(tmp_path: Path) -> Iterator[Path]:
    """A directory in which classes are made and taken away all the time."""
    ending, directory = threading.Event(), tmp_path / "live"

    def churn() -> None:
        while not ending.is_set():
            for i in range(20):
                (directory / f"class-{i}").mkdir(parents=True)
                for name in ("class.json", NOTE):
                    (directory / f"class-{i}" / name).write_text("{}")
            for i in range(20):
                shutil.rmtree(directory / f"class-{i}")

    thread = threading.Thread(target=churn)
    thread.start()
    yield directory
    ending.set()
    thread.join()


@pytest.mark.parametrize(
    "looking",
    [
        lambda directory, clock: Catalogue(directory, clock).classes,
        lambda directory, clock: Schedule(directory.parent, clock).all,
    ],
    ids=["the catalogue", "the schedule"],
)
def test_a_class_that_goes_while_it_is_looked_at_is_none(coming_and_going: Path, looking: Callable[..., Callable]):
    look = looking(coming_and_going, itertools.count(0, 2).__next__)
    assert [look() for _ in range(LOOKS)] == [[]] * LOOKS, "none of them can be read"
