"""What the brake does in a ride, in words. No Kivy."""

from __future__ import annotations

from console.alerts import Alert
from console.brake import AGAIN_RPM, Doing, Mode, RideBrake
from console.error_words import what_and_remedy
from console.words import _
from drivers.control import Goal


def choice_words(mode: Mode) -> str:
    """What the rider can choose."""
    if mode is Mode.CLASS:
        return _("Follow the class")
    return _("Keep a power") if mode is Mode.POWER else _("By hand")


def doing_words(brake: RideBrake | None) -> str:
    """What the brake does now; nothing while the rider rides by hand, or where it has nothing to say."""
    if brake is None or brake.doing in (Doing.BY_HAND, Doing.UNABLE):
        return ""
    if brake.doing is Doing.KEEPS and brake.goal is not None:
        return _("Not set") if brake.trouble is not None else _keeps(brake, brake.goal)
    if brake.doing in (Doing.SLOW_LEGS, Doing.NO_CADENCE):
        return _("Let go")
    return _("Free here") if brake.doing is Doing.NO_TARGET else _("Waits")


def goal_words(goal: Goal | None) -> tuple[str, str]:
    """A goal as a number and its unit."""
    if goal is None:
        return "–", ""
    return str(round(goal.value)), "W" if goal.metric == "power_w" else "%"


def brake_alert(brake: RideBrake | None) -> Alert | None:
    """What the rider has to be told of the brake."""
    if brake is None:
        return None
    if (trouble := brake.trouble) is not None:
        what, remedy = what_and_remedy(trouble, brake.name)
        return Alert("warn", "adjustments", what, remedy)
    if brake.doing is Doing.SLOW_LEGS:
        remedy = _("Turn faster than {rpm} rpm and it is kept again.").format(rpm=round(AGAIN_RPM))
        return Alert("warn", "bolt", _("The power is let go"), remedy)
    if brake.doing is Doing.NO_CADENCE:
        remedy = _("Pair a cadence sensor and it is kept.")
        return Alert("warn", "bolt", _("The power is let go"), remedy, _("Sensors"))
    return None


def _keeps(brake: RideBrake, goal: Goal) -> str:
    if brake.mode is Mode.POWER:
        return _("{power} W kept").format(power=round(goal.value))
    by = round(brake.offset)
    return _("Follows") + (f" {by:+d}".replace("-", "−") if by else "")
