"""Settings: typed, kept, watched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.settings import Settings
from sync.cache import Cache


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.open(tmp_path / "tablet.sqlite3")


def test_defaults_are_kept_nowhere_and_changes_at_once(cache: Cache) -> None:
    settings = Settings(cache)
    assert (settings.units, settings.volume, settings.captions) == ("metric", 80, True)
    settings.units, settings.volume, settings.captions = "imperial", 30, False
    again = Settings(cache)
    assert (again.units, again.volume, again.captions) == ("imperial", 30, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [("units", "furlongs"), ("volume", 101), ("volume", True), ("captions", 1), ("less_motion", None)],
)
def test_what_a_setting_cannot_be_is_refused(cache: Cache, name: str, value: Any) -> None:
    settings = Settings(cache)
    with pytest.raises(ValueError, match=name):
        setattr(settings, name, value)
    assert getattr(settings, name) == getattr(Settings, name).default


def test_a_kept_value_of_another_version_reads_as_the_default(cache: Cache) -> None:
    cache.set_setting("console.colours", "sepia")
    cache.set_setting("console.volume", "loud")
    settings = Settings(cache)
    assert (settings.colours, settings.volume) == ("standard", 80)


def test_who_watches_hears_now_and_of_each_change_once(cache: Cache) -> None:
    settings, heard = Settings(cache), list[Any]()
    settings.watch("volume", heard.append)
    settings.volume = 50
    settings.volume = 50
    settings.units = "imperial"
    assert heard == [80, 50]
