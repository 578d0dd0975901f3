"""What the ride wants of the bike's brake: nothing, the resistance that the class asks for, or a power (ERG).

No Kivy, no clock of its own. The rider chooses, and it is off at first. The brake is let go whenever nobody rides, and
it is never touched before the legs have turned for 3 s.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, StrEnum

from console.cues import Moment
from console.effort import ZONE_TOPS
from console.ride import Now, Reading, RideState
from console.settings import Settings
from drivers.control import BrakeTaken, Control, Goal
from drivers.errors import DriverError
from sync.records import Segment

EVERY_S = 0.25
FIRST_S = 3.0  # of riding, also after a pause and with a bike that has come back
SLOWEST_RPM, AGAIN_RPM = 40.0, 60.0  # a power that is kept at a falling cadence stalls the legs
NEAR_PCT, TURNED_PCT = 2.0, 3.0  # from the goal: it is reached; a hand has turned the knob
AT_REST_PCT, AT_REST_S = 1.0, 1.0  # a knob that is not turned any more
STEP_PCT, STEP_W = 1, 5  # of + and -
POWER_W = range(25, 1001)


class Mode(StrEnum):
    """What the rider has chosen."""

    HAND = "hand"
    CLASS = "class"
    POWER = "power"


class Doing(Enum):
    """What becomes of it now."""

    BY_HAND = "by hand"
    WAITS = "waits"  # for the ride to be on for 3 s
    KEEPS = "keeps"
    NO_TARGET = "no target"  # the class asks for nothing here
    SLOW_LEGS = "slow legs"  # power is let go until they turn again
    NO_CADENCE = "no cadence"  # nor is it kept where nobody knows how fast they turn
    UNABLE = "unable"  # this bike cannot, or is not there now


class RideBrake:
    """The brake in one ride. ``control`` gives the bike's, while there is one; ``doing`` is what it does now,
    ``goal`` what it keeps, ``offset`` how far the rider has moved it from what the class asks for, in its unit.

    ``segments`` are the class's, none in a free ride. ``threshold_w`` is the rider's threshold power.
    """

    def __init__(
        self,
        control: Callable[[], Control | None],
        settings: Settings,
        *,
        threshold_w: float,
        segments: tuple[Segment, ...] = (),
    ) -> None:
        self.doing = Doing.BY_HAND
        self.goal: Goal | None = None
        self.offset = 0.0
        self._control, self._settings = control, settings
        self._segments, self._threshold_w = segments, threshold_w
        self._used: Control | None = None
        self._segment: int | None = None
        self._due_s = self._may_s = float("-inf")
        self._slow = self._turning = False
        self._hand = Hand()

    @property
    def mode(self) -> Mode:
        """What the rider has chosen; it holds for this and for later rides of the kind."""
        return Mode(self._settings.brake_in_class if self._segments else self._settings.brake_free)

    @property
    def choices(self) -> tuple[Mode, ...]:
        """What the rider can choose from with this bike in this ride; nothing where the bike has no brake to set."""
        control = self._control()
        if control is None:
            return ()
        follows = "resistance_pct" in control.metrics and any(one.resistance_pct for one in self._segments)
        powers = "power_w" in control.metrics and (not self._segments or any(one.zone for one in self._segments))
        return Mode.HAND, *([Mode.CLASS] if follows else []), *([Mode.POWER] if powers else [])

    @property
    def in_use(self) -> bool:
        """Whether the rider lets this bike's brake be set."""
        return self.mode is not Mode.HAND and self.mode in self.choices

    @property
    def aim(self) -> Goal | None:
        """What + and - move: the goal, in a free ride also before it is kept."""
        free = self.mode is Mode.POWER and not self._segments
        return Goal("power_w", self._settings.brake_power_w) if self.goal is None and free else self.goal

    @property
    def name(self) -> str:
        """The name of the bike whose brake it is."""
        return self._used.name if self._used is not None else ""

    @property
    def trouble(self) -> DriverError | None:
        """Why the bike does not do what is wanted of it."""
        return self._used.trouble if self._used is not None and self.goal is not None else None

    def choose(self, mode: Mode) -> None:
        """The rider's choice. Raises :class:`ValueError` for one that this kind of ride does not have."""
        if self._segments:
            self._settings.brake_in_class = mode.value
        else:
            self._settings.brake_free = mode.value
        self._begin_anew()

    def nudge(self, steps: int) -> None:
        """The rider wants ``steps`` more (or less, negative): of 1 %, or of 5 W. Without an ``aim`` nothing moves."""
        if self.aim is None:
            return
        if self.mode is Mode.CLASS:
            self.offset += steps * STEP_PCT
        elif self.mode is Mode.POWER and self._segments:
            self.offset += steps * STEP_W
        elif self.mode is Mode.POWER:
            power_w = self._settings.brake_power_w + steps * STEP_W
            self._settings.brake_power_w = min(max(power_w, POWER_W[0]), POWER_W[-1])
        self._due_s = float("-inf")

    def due(self, now_s: float) -> bool:
        """Whether it is time for a step."""
        return now_s >= self._due_s

    def step(self, now_s: float, now: Now, moment: Moment | None) -> None:
        """Let time pass; ``moment`` is the class plan's, ``None`` in a free ride."""
        self._due_s = now_s + EVERY_S
        self._watch(now_s, now, moment)
        self.doing, wanted = self._judge(now_s, now, moment)
        self._want(wanted)

    def let_go(self) -> None:
        """The brake is the rider's: the ride is over."""
        self.doing = Doing.WAITS
        self._want(None)

    def _watch(self, now_s: float, now: Now, moment: Moment | None) -> None:
        """Take in what has changed since the last step."""
        control = self._control()
        if control is not self._used:
            self._want(None)
            self._used, self._may_s = control, now_s + FIRST_S
        if now.state is not RideState.RIDING:
            self._may_s = now_s + FIRST_S
        if moment is not None and moment.index != self._segment:
            self._segment = moment.index
            self._begin_anew()
        cadence = now.cadence_rpm.value
        self._turning = cadence is not None
        if cadence is None or cadence < SLOWEST_RPM:
            self._slow = True
        elif cadence > AGAIN_RPM:
            self._slow = False
        if self.mode is Mode.CLASS and control is not None and self.goal is not None:
            self._feel(now_s, now.resistance_pct, control)

    def _feel(self, now_s: float, reading: Reading, control: Control) -> None:
        """What the rider's hand does to the knob stays until the segment ends."""
        if control.goal is None or not (control.trouble is None or isinstance(control.trouble, BrakeTaken)):
            return
        value = None if reading.stale else reading.value
        near = max(NEAR_PCT, control.limits("resistance_pct").step)
        if value is not None and self._hand.turned(now_s, value, control.goal.value, near):
            self.offset += value - control.goal.value
            control.turned("resistance_pct", value)

    def _judge(self, now_s: float, now: Now, moment: Moment | None) -> tuple[Doing, Goal | None]:
        mode = self.mode
        if mode is Mode.HAND:
            return Doing.BY_HAND, None
        if mode not in self.choices:
            return Doing.UNABLE, None
        if now.state is not RideState.RIDING or now_s < self._may_s:
            return Doing.WAITS, None
        goal = self._target(mode, moment)
        if goal is None:
            return Doing.NO_TARGET, None
        if mode is Mode.POWER and self._slow:
            return (Doing.SLOW_LEGS if self._turning else Doing.NO_CADENCE), None
        return Doing.KEEPS, goal

    def _target(self, mode: Mode, moment: Moment | None) -> Goal | None:
        if moment is None:
            return self._within("power_w", self._settings.brake_power_w)
        segment = moment.segment
        if segment is None:
            return None
        if mode is Mode.CLASS:
            asked = segment.resistance_pct
            return None if asked is None else self._within("resistance_pct", sum(asked) / 2)
        return None if segment.zone is None else self._within("power_w", zone_middle(segment.zone) * self._threshold_w)

    def _within(self, metric: str, asked: float) -> Goal:
        """What is asked for, moved by the rider, as far as the bike goes: what is beyond is not remembered."""
        assert self._used is not None
        limits = self._used.limits(metric)
        value = min(max(asked + self.offset, limits.minimum), limits.maximum)
        self.offset = value - min(max(asked, limits.minimum), limits.maximum)
        return Goal(metric, value)

    def _want(self, goal: Goal | None) -> None:
        if goal == self.goal:
            return
        self.goal = goal
        if self._used is None:
            return
        if goal is None:
            self._used.let_go()
        else:
            self._used.keep(goal.metric, goal.value)
            self._hand.away()

    def _begin_anew(self) -> None:
        self.offset, self._due_s = 0.0, float("-inf")
        self._hand.away()


class Hand:
    """Tells a knob that a hand has turned from a brake that is still on its way."""

    def __init__(self) -> None:
        self._arrived = False
        self._rests: tuple[float, float] | None = None  # away from the goal: where, and since when

    def away(self) -> None:
        """There is a new goal."""
        self._arrived, self._rests = False, None

    def turned(self, now_s: float, value: float, goal: float, near: float) -> bool:
        """Whether a hand has turned the knob to ``value``, and is done, after the goal had been reached to ``near``."""
        off = abs(value - goal)
        self._arrived = self._arrived or off <= near
        if not self._arrived or off <= max(TURNED_PCT, near):
            self._rests = None
            return False
        if self._rests is None or abs(value - self._rests[0]) > AT_REST_PCT:
            self._rests = value, now_s
        if now_s - self._rests[1] < AT_REST_S:
            return False
        self._rests = None
        return True


def zone_middle(zone: int) -> float:
    """The middle of a power zone, 1-7, as a share of threshold power; the open ones by their nearer ends."""
    if zone == 1:
        return ZONE_TOPS[0] - 0.1
    return ZONE_TOPS[-1] + 0.1 if zone > len(ZONE_TOPS) else (ZONE_TOPS[zone - 2] + ZONE_TOPS[zone - 1]) / 2
