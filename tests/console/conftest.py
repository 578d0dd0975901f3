"""A real window for the console's tests: one a process, on an Xvfb of its own, whatever display there is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gallery.window import display, open_window, resize, step

SIZES = [(1920, 1080), (1280, 800)]
USUAL = (1600, 900)  # wide enough for the large layout, and a third less to draw


@pytest.fixture(scope="session")
def window() -> Iterator[Any]:
    """The window of this process."""
    assert "kivy.core.window" not in sys.modules, "opened while tests were collected, without a display: see `import`s"
    held = os.environ.pop("DISPLAY", None)
    with display():
        opened = open_window(*SIZES[0])
        from kivy.graphics.opengl import glFlush

        opened.flip = glFlush  # drawn, but not copied to a display that nobody looks at
        yield opened
        from kivy.base import stopTouchApp

        stopTouchApp()
    if held is not None:
        os.environ["DISPLAY"] = held


@pytest.fixture(params=SIZES, ids=["1920x1080", "1280x800"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The panel's size; a test that does not name it runs on a size between."""
    return request.param


@pytest.fixture(scope="session")
def shared_stage(window: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The stage of this process, with months of rides in a real cache."""
    from console import navigation
    from tests.gallery.stage import open_stage

    navigation.APPEAR_S = 0.0  # a screen is in sight with its first frame, however soon that comes
    stage = open_stage(tmp_path_factory.mktemp("stage"))
    yield stage
    stage.cache.close()


@pytest.fixture
def stage(shared_stage: Any, request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The stage as it is at first, at the size the test asks for."""
    size = request.getfixturevalue("size") if "size" in request.fixturenames else USUAL
    resize(*size)
    shared_stage.reset()
    step(2)
    return shared_stage


@pytest.fixture
def finger(stage: Any) -> Any:
    """Touches on the stage's window."""
    from tests.gallery.finger import Finger

    return Finger()


@pytest.fixture
def see(stage: Any) -> Any:
    """Draw a ride's moment, and read what is on the screen."""
    from tests.gallery.riding import draw
    from tests.gallery.writing import said

    def look(ride: Any, frames: int = 2) -> set[str]:
        draw(stage, ride, frames)
        return said(stage.navigation.screen)

    return look


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the numbered films ``plain`` and ``fmp4``, 8 s each, and captions for them."""
    from tests.films import numbered_film

    folder = tmp_path_factory.mktemp("films")
    numbered_film(folder / "plain")
    numbered_film(folder / "fmp4", fmp4=True)
    captions = "WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome\n\n00:02.000 --> 00:08.000\n<v Sam>Add a turn &amp; hold\n"
    (folder / "captions.vtt").write_text(captions)
    return folder


@pytest.fixture
def film_server(films: Path) -> Iterator[Any]:
    """A web server with the films, which can break."""
    from tests.films import FilmServer

    server = FilmServer(films)
    yield server
    server.close()
