"""hls.js in Chromium plays what is published: another reader of our playlists, segments and captions."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunningCloud
from tests.networks.players.hls_js import Page

SPEED = 4  # times as fast as it is ridden


@pytest.fixture(scope="module")
def told(cloud: RunningCloud, short_class: Path) -> dict[str, Any]:
    """What the page tells of the class, played to its end."""
    shutil.copytree(short_class, cloud.data / "classes" / "played-in-browsers")
    page = Page(f"{cloud.url}/media/played-in-browsers/master.m3u8", within_s=60, speed=SPEED, captions=True)
    try:
        return page.report(90)
    finally:
        page.close()


def test_the_class_plays_to_its_end(told: dict[str, Any]) -> None:
    assert told["ended"], told["errors"]
    assert told["position_s"] == pytest.approx(20, abs=0.2)
    assert [error for error in told["errors"] if error["fatal"]] == []


def test_its_pictures_are_seen(told: dict[str, Any]) -> None:
    assert set(told["levels"]) == {360, 540}
    assert {height for _, height in told["seen"]} <= {360, 540}
    assert len(told["seen"]) > 20  # a busy machine drops many at this speed


def test_its_captions_are_a_text_track_with_what_the_coach_says(told: dict[str, Any]) -> None:
    [(kind, label, language, said)] = told["tracks"]
    assert (kind, label, language) == ("subtitles", "English", "en")
    assert "Find your legs." in " ".join(said)
    assert "Stay with it" in " ".join(told["shown"])
