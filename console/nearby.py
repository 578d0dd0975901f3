"""What was found near by and could be paired: without what is paired already, in an order that keeps still."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from console.kinds import ORDER
from drivers.discovery import Found
from drivers.errors import SensorAddressError
from drivers.radio_address import BleAddress
from drivers.sensor import LinkState

FRESH_S = 5.0  # a device that was not heard for this long may have another address by now
STRONG_DBM = (-82, -74, -66)  # from two bars on


def bars(signal_dbm: int | None) -> int:
    """How strong a signal is, as 1-4 bars; 0 where there is none to measure."""
    return 0 if signal_dbm is None else 1 + sum(signal_dbm >= limit for limit in STRONG_DBM)


class Nearby:
    """Bikes first, the strongest of a kind first, as they were when first found: no row moves under a finger."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[int, int, int]] = {}

    def offered(self, found: Iterable[Found], sensors: Sequence[Any], now_s: float) -> list[Found]:
        """What is found and not paired. ``sensors`` are the paired ones (``PairedSensor``)."""
        found = list(found)
        free = [one for one in found if not any(_is_paired_as(one, sensor, found, now_s) for sensor in sensors)]
        return sorted(free, key=self._place)

    def _place(self, one: Found) -> tuple[int, int, int]:
        kind = ORDER.index(one.kind) if one.kind in ORDER else len(ORDER)
        return self._places.setdefault(_address(one.url), (kind, -(bars(one.signal_dbm) or 9), len(self._places)))


def _is_paired_as(one: Found, sensor: Any, found: list[Found], now_s: float) -> bool:
    """By its address; or by its name, when a paired one is looked for and only this one bears its name: then the
    address has rotated, and the pairing goes on."""
    here, there = _ble(one.url), _ble(sensor.url)
    if here is None or there is None:
        return _address(one.url) == _address(sensor.url)
    if here.address in (there.address, sensor.status.peer.upper()):
        return True
    connected = sensor.status.state in (LinkState.RECEIVING, LinkState.SILENT)
    if connected or not there.name or here.name != there.name:
        return False
    fresh = [other for other in found if other.heard_s is not None and now_s - other.heard_s <= FRESH_S]
    namesakes = {namesake.address for other in fresh if (namesake := _ble(other.url)) and namesake.name == there.name}
    return namesakes <= {here.address}


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}".lower() if parts.scheme != "serial" else url


def _ble(url: str) -> BleAddress | None:
    try:
        return BleAddress.parse(url) if url.startswith("ble:") else None
    except SensorAddressError:
        return None
