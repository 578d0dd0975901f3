"""The class screen: what is asked of the rider, what they did before, and Start."""

from __future__ import annotations

from typing import Any

from tests.gallery import seed
from tests.gallery.window import step


def find(words: str) -> Any:
    from tests.gallery.sight import find

    return find(words)


def words() -> list[str]:
    from tests.gallery.sight import words

    return words()


def test_start_starts_this_class(stage: Any, finger: Any) -> None:
    stage.go("class", class_id="sunset-climb")
    step(4)
    finger.tap(find("Start"))
    assert stage.done == [("start_class", "sunset-climb", 0)]


def test_a_class_left_off_can_be_gone_on_with(stage: Any, finger: Any) -> None:
    stage.go("class", class_id="disco-sprints")
    step(4)
    finger.tap(find("Go on at 17:20"))
    assert stage.done == [("start_class", "disco-sprints", 1040.0)]


def test_the_best_and_the_leaders_are_those_of_the_cache(stage: Any) -> None:
    stage.go("class", class_id="sunset-climb")
    step(4)
    best = stage.cache.best_ride(seed.MARTA.id, "sunset-climb")
    assert {"Your best", str(round(best.totals.kj)), "All time · 12,408 riders", "alp_anna", "471"} <= set(words())
    assert any(line.startswith("You, ") for line in words())


def test_a_class_never_taken_tells_a_typical_result(stage: Any) -> None:
    stage.rider = seed.NEW
    stage.go("class", class_id="sunset-climb")
    step(4)
    assert "Your first" in words()
    assert {"~ 228", "136 W, a first guess"} <= set(words())  # 68 % of 200 W, over 28 minutes


def test_after_some_rides_the_typical_result_is_the_riders_own(stage: Any) -> None:
    stage.go("class", class_id="long-way-home")
    step(4)
    assert "Your first" in words()
    assert any(line.endswith(" W, as you usually ride") for line in words())


def test_without_leaders_it_says_so(stage: Any) -> None:
    stage.cache.db.execute("DELETE FROM leaders WHERE class_id = 'forest-loop'")
    stage.go("class", class_id="forest-loop")
    step(4)
    assert "No one has ridden it yet, or the cloud has not told." in words()


def test_a_class_that_is_gone_leads_back_to_the_others(stage: Any, finger: Any) -> None:
    stage.go("class", class_id="gone")
    step(4)
    assert "THIS CLASS IS GONE" in words() and "Start" not in words()
    finger.tap(find("See all classes"))
    assert stage.navigation.here == "library"


def test_the_plan_draws_each_segment_as_long_as_it_lasts(stage: Any) -> None:
    from kivy.graphics import SmoothRoundedRectangle

    screen = stage.go("class", class_id="sunset-climb")
    step(6)
    chart = next(widget for widget in screen.walk() if type(widget).__name__ == "PlanChart")
    bars = [shape for shape in chart.canvas.children if isinstance(shape, SmoothRoundedRectangle)]
    segments = chart.segments
    assert len(bars) == len(segments)
    for bar, segment in zip(bars, segments, strict=True):
        assert abs(bar.size[0] - chart.width * segment.seconds / 1680) < 6
    assert max(bars, key=lambda bar: bar.size[1]) is bars[[s.zone for s in segments].index(7)]
