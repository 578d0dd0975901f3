"""What a rider has to be told in mid-ride, and what to do about it. No Kivy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from console.error_words import sentence, what_and_remedy
from console.kinds import is_strap
from console.player_events import Broken
from console.ride import Now
from console.words import _, n_
from drivers.sensor import LinkState


@dataclass(frozen=True, slots=True)
class Alert:
    """What a toast says: ``kind`` is warn, fault or good, ``action`` the word on its button, if it has one.

    It leaves by itself after ``lasts_s`` seconds; ``None`` is until it is solved.
    """

    kind: str
    icon: str
    what: str
    remedy: str
    action: str = ""
    lasts_s: float | None = None


GOOD_S = 4.0
NO_BIKE_S = 12.0
MEND_S = 30.0  # what nobody can mend while riding is not said for the whole class


def bike_alert(now: Now, sensors: Iterable[Any], in_class: bool) -> Alert | None:
    """Whether the bike is silent. ``sensors`` are the paired ones (``PairedSensor``)."""
    power, cadence = now.power_w, now.cadence_rpm
    if power.value is not None or cadence.value is not None:
        return None
    goes_on = _("Keep pedalling, the class goes on.") if in_class else _("Keep pedalling, the clock goes on.")
    sensors = list(sensors)
    bikes = [sensor for sensor in sensors if not is_strap(sensor.kind)]
    stuck = next((s for s in bikes if s.status.state is LinkState.NEEDS_RIDER and s.status.error), None)
    if stuck is not None:
        what, remedy = what_and_remedy(stuck.status.error, stuck.status.name)
        return Alert("warn", "plug-connected-x", what, remedy, _("Check bike"))
    if power.source is not None or cadence.source is not None:
        remedy = f"{goes_on} {_('Trying again.')}"
        return Alert("warn", "plug-connected-x", _("Bike signal lost"), remedy, _("Check bike"))
    if not bikes and now.heart_rate_bpm.value is not None:
        remedy = _("Output and cadence stay unknown without a bike.")
        return Alert("warn", "heartbeat", _("Only your heart is measured"), remedy, _("Sensors"), lasts_s=NO_BIKE_S)
    if not bikes:
        remedy = _("Pair your bike to see your numbers.")
        return Alert("warn", "bike", _("No bike is paired"), remedy, _("Sensors"), lasts_s=NO_BIKE_S)
    return None


def bike_is_back() -> Alert:
    """Said once after a lost signal."""
    return Alert("good", "plug-connected", _("Bike is back"), _("Your numbers are live again."), lasts_s=GOOD_S)


def high_five(names: Sequence[str]) -> Alert:
    """Said once: these riders gave the rider a high five, the last of them last."""
    others = len(names) - 1
    remedy = n_("And {n} other rider of this class.", "And {n} other riders of this class.", others) if others else ""
    what = _("High five from {name}").format(name=names[-1])
    return Alert(
        "good", "hand-stop", what, remedy or _("Tap the hand beside their name to give one back."), lasts_s=GOOD_S
    )


def not_kept() -> Alert:
    """The tablet's disk takes no more seconds; they are held and tried again."""
    remedy = _("Free some space on the tablet. Seconds are held until then.")
    return Alert("fault", "database-off", _("The ride cannot be saved"), remedy)


def no_picture(broken: Broken | None) -> Alert:
    """The video broke. The player tries again by itself, unless ``broken``, its own word, says that this is useless:
    then somebody has to mend it."""
    if broken is not None and broken.retry_in_s is None:
        return Alert("warn", "video-off", sentence(broken.reason).rstrip("."), sentence(broken.remedy), lasts_s=MEND_S)
    remedy = _("Plan and numbers stay. Trying again.")
    return Alert("warn", "video-off", _("The class goes on without picture"), remedy)
