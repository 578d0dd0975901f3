"""How a bike's power is known, and what came of calibrating it, in words. No Kivy."""

from __future__ import annotations

from typing import Any

from console.calibration import Calibration
from console.error_words import told
from console.own_power import BY_RULE
from console.words import _
from drivers.power_table import PowerTable

NEEDED = ("cadence_rpm", "resistance_pct")


def can_calibrate(sensor: Any) -> bool:
    """Whether a table can be made for this sensor (``PairedSensor``): a bike that tells cadence and resistance."""
    said = sensor.watch.metrics
    reckons_resistance = "resistance_pct" in sensor.watch.estimated  # from its power: that would go round in a circle
    return sensor.kind == "bike" and all(metric in said for metric in NEEDED) and not reckons_resistance


def meters(sensors: list[Any], now_s: float, fresh_s: float = 5.0) -> list[Any]:
    """The paired sensors that measure power now, and are no bikes."""
    speaking = []
    for sensor in sensors:
        newest = sensor.watch.newest("power_w")
        if sensor.kind == "power meter" and newest is not None and now_s - newest[0] <= fresh_s:
            speaking.append(sensor)
    return speaking


def known_words(sensor: Any, table: PowerTable) -> str:
    """How its power is known now."""
    if table.basis == "meter":
        spread = "" if table.spread_pct is None else _(" Half of its readings lie within {n} %.")
        words = _("Set by a minute beside a meter: this bike takes {gain} times what bikes usually take.")
        return words.format(gain=f"{table.gain:.2f}") + spread.format(n=f"{table.spread_pct:.1f}")
    if table.basis == "feel":
        words = _("Set by how an effort felt: {gain} times what bikes usually take. Good for comparing your own rides.")
        return words.format(gain=f"{table.gain:.2f}")
    if "power_w" in sensor.watch.estimated:
        return _(
            "This bike measures no power. It is reckoned by what bikes usually take; bikes differ by a tenth and more."
        )
    return _("This bike tells its power itself. If that is wrong, a minute of riding sets it right.")


def how_words(calibration: Calibration, meter_name: str) -> str:
    """What to do during the minute."""
    if calibration.meter:
        words = _("Pedal evenly. Hold each of several resistances for ten seconds, so that {name} can be compared.")
        return words.format(name=meter_name)
    words = _("Hold an effort that feels like {n} W: an even cadence, one resistance.")
    return words.format(n=f"{calibration.feel_w:.0f}")


def outcome_words(calibration: Calibration) -> tuple[str, str]:
    """A title and a line for what came of it."""
    if calibration.refusal is not None:
        return _("That was not enough"), told(calibration.refusal)
    table = calibration.table or BY_RULE
    gain = _("This bike takes {gain} times what bikes usually take.").format(gain=f"{table.gain:.2f}")
    if table.spread_pct is None:
        return _("Done"), gain + _(" It is as right as the feeling was.")
    return _("Done"), gain + _(" Half of the meter's readings lie within {n} %.").format(n=f"{table.spread_pct:.1f}")
