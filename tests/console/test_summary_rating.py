"""After a class the rider is asked once how hard it was."""

from __future__ import annotations

from typing import Any

import pytest

from console.recap import asks_how_hard
from sync.records import Quality
from tests.gallery.window import part, step


@pytest.fixture
def summary(stage: Any) -> Any:
    """The summary of a class that has just been ridden, and its id."""
    from tests.gallery.riding import SCENES

    next(scene for scene in SCENES if scene.name == "summary").arrange(stage)
    step(3)
    return stage.navigation.screen


def test_one_tap_answers_and_what_comes_next_takes_its_place(
    size: tuple[int, int], stage: Any, summary: Any, finger: Any
) -> None:
    from tests.gallery.writing import said

    assert "How hard was it?" in said(summary) and "Next" not in said(summary)
    finger.tap(part(stage, "rating").choices[3])
    step(3)
    kept = stage.cache.quality(summary.ride_id)
    assert kept is not None and kept.difficulty == 8 and ("poke",) in stage.done
    assert "How hard was it?" not in said(summary) and "Next" in said(summary)
    summary.show(summary.ride_id)
    assert "How hard was it?" not in said(summary), "asked once"


def test_the_riders_word_outlives_what_is_learnt_of_the_picture_later(stage: Any, summary: Any) -> None:
    stage.cache.rate(summary.ride_id, 6)
    stage.cache.put_quality(summary.ride_id, Quality(shown=10))
    assert stage.cache.quality(summary.ride_id) == Quality(shown=10, difficulty=6)


def test_guests_short_rides_and_free_rides_are_not_asked(stage: Any) -> None:
    rides = stage.cache.rides(stage.rider.id)
    assert any(asks_how_hard(ride, None) for ride in rides if ride.header.class_id)
    assert not any(asks_how_hard(ride, None) for ride in rides if not ride.header.class_id)
    assert not any(asks_how_hard(ride, Quality(difficulty=2)) for ride in rides)
