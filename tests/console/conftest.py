"""A real window for the console's tests: one a process, on an Xvfb of its own, whatever display there is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gallery.window import display, open_window, resize, step

SIZES = [(1920, 1080), (1280, 800)]


@pytest.fixture(scope="session")
def window() -> Iterator[Any]:
    """The window of this process."""
    held = os.environ.pop("DISPLAY", None)
    with display():
        yield open_window(*SIZES[0])
        from kivy.base import stopTouchApp

        stopTouchApp()
    if held is not None:
        os.environ["DISPLAY"] = held


@pytest.fixture(params=SIZES, ids=["1920x1080", "1280x800"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The panel's size; a test that does not name it runs on the larger one."""
    return request.param


@pytest.fixture(scope="session")
def shared_stage(window: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The stage of this process, with months of rides in a real cache."""
    from tests.gallery.stage import open_stage

    stage = open_stage(tmp_path_factory.mktemp("stage"))
    yield stage
    stage.cache.close()


@pytest.fixture
def stage(shared_stage: Any, request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The stage as it is at first, at the size the test asks for."""
    size = request.getfixturevalue("size") if "size" in request.fixturenames else SIZES[0]
    resize(*size)
    shared_stage.reset()
    step(2)
    return shared_stage


@pytest.fixture
def finger(stage: Any) -> Any:
    """Touches on the stage's window."""
    from tests.gallery.finger import Finger

    return Finger()
