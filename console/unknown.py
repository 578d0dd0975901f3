"""What no sensor tells, and why: a ride goes on without it and says what it cannot know. No Kivy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.kinds import TELLS, canonical, is_strap
from console.words import _
from drivers.sensor import LinkState

_SILENT = (LinkState.SILENT, LinkState.LOST, LinkState.NEEDS_RIDER, LinkState.CONNECTING)


def why_unknown(metric: str, sensors: Sequence[Any]) -> str:
    """Why nobody tells a metric of the ride now, in a few words. ``sensors`` are the paired ones (``PairedSensor``)."""
    kinds = TELLS[metric]
    able = [sensor for sensor in sensors if canonical(sensor.kind) in kinds]
    able.sort(key=lambda sensor: kinds.index(canonical(sensor.kind)))
    silent = [sensor for sensor in able if sensor.status.state in _SILENT]
    used_to = next((sensor for sensor in silent if metric in sensor.watch.metrics), None)
    if used_to is not None:
        return _("{name} is silent").format(name=used_to.name)
    heard = [sensor for sensor in able if sensor not in silent]
    if silent and not heard:
        return _("{name} is silent").format(name=silent[0].name)
    if heard:
        return _("{name} does not tell").format(name=heard[0].name)
    return _("no sensor")


def what_a_ride_lacks(sensors: Sequence[Any]) -> str:
    """What a ride with these sensors cannot know, once they all speak; empty where nothing is missing that matters."""
    if not sensors:
        return _("Without a sensor a ride has its clock, its plan and its laps. All else stays unknown.")
    if all(is_strap(sensor.kind) for sensor in sensors):
        return _("With a strap alone a ride knows your heart rate. Output, cadence and distance stay unknown.")
    heard = [sensor for sensor in sensors if sensor.status.state is LinkState.RECEIVING and sensor.watch.metrics]
    if len(heard) < len(sensors):
        return ""
    told = {metric for sensor in heard for metric in sensor.watch.metrics}
    if "power_w" not in told and "speed_kmh" in told:
        return _("No output: none of these sensors measures it. kJ and your place on the board stay unknown.")
    if "power_w" not in told:
        return _("No output: none of these sensors measures it. kJ, distance and your place on the board stay unknown.")
    return ""


def reckoned(metric: str, source: str | None, sensors: Sequence[Any]) -> bool:
    """Whether a sensor reckons a metric from others rather than measures it."""
    return any(sensor.url == source and metric in sensor.watch.estimated for sensor in sensors)
