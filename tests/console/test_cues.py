import pytest

from console.cues import Plan, Standing, cue, segment_zone
from sync.records import FitnessClass, Segment

SEGMENTS = (
    Segment("Warm up", 60, (80, 95), (20, 28)),
    Segment("Push", 30, (95, 105), (50, 58), zone=5),
    Segment("Recover", 30),
)
PLAN = Plan(FitnessClass("a", "A", "", "", 1, "", "rays", 0, 120, SEGMENTS, ""))


@pytest.mark.parametrize(
    ("value", "standing", "by"),
    [
        (46.0, Standing.UNDER, 4),
        (49.6, Standing.IN, 0),
        (50, Standing.IN, 0),
        (58.4, Standing.IN, 0),
        (78, Standing.OVER, -20),
        (None, Standing.NO_TARGET, 0),
    ],
)
def test_cue_tells_how_much_to_add_or_ease(value, standing, by):
    assert (cue(value, (50, 58)).standing, cue(value, (50, 58)).by) == (standing, by)


def test_the_plan_at_a_moment():
    push = PLAN.at(75.5)
    assert (push.segment.name, push.following.name) == ("Push", "Recover")
    assert (push.into_s, push.left_s) == (15.5, 14.5)
    assert PLAN.at(0).segment.name == "Warm up"
    assert PLAN.at(60).segment.name == "Push", "a boundary belongs to what begins"
    assert PLAN.at(110).following is None
    assert PLAN.at(120).segment is None


def test_zone_of_a_segment_is_the_plans_or_judged():
    assert segment_zone(SEGMENTS[1]) == 5
    assert segment_zone(SEGMENTS[0]) == 1
    assert segment_zone(Segment("Heavy", 10, (70, 80), (60, 66))) >= 5
