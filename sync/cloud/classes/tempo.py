"""What a plan means for legs and ears, second by second: cadence, drive, grade and the beat of the music."""

from __future__ import annotations

from sync.cloud.classes.plan import PlannedSegment, middle, zone_of

FREE_CADENCE_RPM = 82.0
STANDING_RPM, STANDING_PCT = 74, 46


def cadence_rpm(segment: PlannedSegment) -> float:
    """The cadence the picture pedals at."""
    return middle(segment.cadence_rpm, FREE_CADENCE_RPM)


def beats_per_turn(segment: PlannedSegment) -> int:
    """Beats in one turn of the crank: slow legs get a beat for each foot, quick legs one for both."""
    return 2 if cadence_rpm(segment) < 76 else 1


def beats_per_minute(segment: PlannedSegment) -> float:
    """The tempo of the music, so that a foot goes down on each beat."""
    return cadence_rpm(segment) * beats_per_turn(segment)


def drive(segment: PlannedSegment) -> float:
    """How hard the segment is, 0 (rest) to 1 (all out): moves the scenery, fills the music."""
    return (0.1, 0.26, 0.42, 0.58, 0.74, 0.88, 1.0)[zone_of(segment) - 1]


def grade_deg(segment: PlannedSegment) -> float:
    """How steep the drawn road is: from resistance, flat under 30 %."""
    return min(max((middle(segment.resistance_pct, 25) - 30) * 0.16, 0.0), 5.0)


def stands(segment: PlannedSegment) -> bool:
    """Whether the drawn rider is out of the saddle: slow and heavy, or all out."""
    heavy = middle(segment.resistance_pct, 0) >= STANDING_PCT and cadence_rpm(segment) <= STANDING_RPM
    return heavy or zone_of(segment) == 7
