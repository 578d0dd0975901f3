"""The words of the status bar: how the sensors, the network and the sync stand. No Kivy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from console.kinds import canonical, icon, is_strap
from console.link_words import is_low
from console.words import _, n_
from drivers.sensor import LinkState


@dataclass(frozen=True, slots=True)
class StatusItem:
    """One sign of the status bar; a tap on it goes to ``screen``, which mends it or tells more."""

    icon: str
    words: str
    trouble: bool = False
    screen: str = "sensors"
    params: dict[str, Any] = field(default_factory=dict)


_SENSOR_WORDS = {
    LinkState.CONNECTING: "Connecting",
    LinkState.SILENT: "No signal",
    LinkState.LOST: "Lost",
    LinkState.NEEDS_RIDER: "Look here",
}


_NAMES = {"treadmill": "Treadmill", "power meter": "Meter", "speed/cadence": "Cadence"}


def bike_item(sensors: Iterable[Any]) -> StatusItem:
    """The bike: the best of all paired sensors that are not heart straps."""
    bikes = [sensor for sensor in sensors if not is_strap(sensor.kind)]
    if not bikes:
        return StatusItem("bike", _("No bike"), trouble=True)
    heard = [sensor for sensor in bikes if sensor.status.state is LinkState.RECEIVING]
    if heard:
        best = next((sensor for sensor in heard if sensor.kind == "bike"), heard[0])
        return StatusItem(icon(best.kind), _(_NAMES.get(canonical(best.kind), "Bike")))
    return StatusItem("bike", _("Bike") + ": " + _(_SENSOR_WORDS[bikes[0].status.state]).lower(), trouble=True)


def heart_item(sensors: Iterable[Any]) -> StatusItem | None:
    """The heart strap, if one is paired."""
    straps = [sensor for sensor in sensors if is_strap(sensor.kind)]
    if not straps:
        return None
    if any(sensor.status.state is LinkState.RECEIVING for sensor in straps):
        return StatusItem("heartbeat", _("Strap"))
    return StatusItem("heartbeat", _("No beat"), trouble=True)


def battery_item(sensors: Iterable[Any]) -> StatusItem | None:
    """The sensor whose battery ends first, if one is nearly empty."""
    low = [sensor for sensor in sensors if is_low(sensor.status)]
    if not low:
        return None
    return StatusItem("battery-1", f"{min(sensor.status.battery_pct for sensor in low)} %", trouble=True)


def reachable(uplink: Any) -> bool:
    """Whether the cloud answers, or has only just been asked: until it is known, nobody is told of trouble."""
    return uplink.state.name in ("ONLINE", "CONNECTING")


def why_no_standings(uplink: Any) -> str:
    """Why a rider sees no newer standings; nothing to say while the cloud can be reached."""
    if reachable(uplink):
        return ""
    if uplink.state.name == "REFUSED":
        return _("The cloud refuses this tablet. The ride is kept here.")
    if uplink.state.name == "NOT_ENROLLED":
        return _("This tablet is not enrolled. The ride is kept here.")
    return _("No network. Standings come back with it.")


def network_item(uplink: Any) -> StatusItem:
    """The way to the cloud."""
    state = uplink.state.name
    network = {"group": "network"}
    if reachable(uplink):
        words = _("Online") if state == "ONLINE" else _("Connecting")
        return StatusItem("wifi", words, screen="settings", params=network)
    if state == "NOT_ENROLLED":
        return StatusItem("cloud-off", _("Not enrolled"), trouble=True, screen="settings", params=network)
    words = _("Refused") if state == "REFUSED" else _("Offline")
    return StatusItem("wifi-off", words, trouble=True, screen="settings", params=network)


def sync_item(uplink: Any) -> StatusItem | None:
    """Whether all rides are in the cloud; nothing to say on a tablet that has none."""
    if uplink.waiting_rides:
        words = n_("{n} ride waiting", "{n} rides waiting", uplink.waiting_rides)
        trouble = not reachable(uplink)
        return StatusItem("cloud-up", words, trouble=trouble, screen="settings", params={"group": "sync"})
    if uplink.state.name == "NOT_ENROLLED":
        return None
    return StatusItem("cloud-check", _("Synced"), screen="settings", params={"group": "sync"})


def status_items(sensors: list[Any], uplink: Any) -> list[StatusItem]:
    """All signs of the status bar, left to right."""
    ours = [bike_item(sensors), heart_item(sensors), battery_item(sensors)]
    items = [*ours, network_item(uplink), sync_item(uplink)]
    return [item for item in items if item is not None]
