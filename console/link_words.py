"""How a sensor's link stands, in words: a state, its reason, and what to do. No Kivy; time is passed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from console.error_words import told
from console.kinds import canonical, is_strap
from console.words import _
from drivers import errors
from drivers.sensor import LinkState, SensorStatus

_KINDS = {
    "bike": _("bike"),
    "treadmill": _("treadmill"),
    "power meter": _("power meter"),
    "speed/cadence": _("speed and cadence"),
    "heart rate": _("heart rate"),
}
LOW_BATTERY_PCT = 15
DAMAGED = 0.2  # of all frames: from here on the rider is told


@dataclass(frozen=True, slots=True)
class LinkWords:
    """``kind`` is good, plain, warn or fault; ``remedy`` is empty where nothing is to be done."""

    icon: str
    words: str
    kind: str
    remedy: str = ""


_BY_ERROR: tuple[tuple[type[errors.DriverError], str, str, str], ...] = (
    (errors.BluetoothOff, "bluetooth-off", _("No Bluetooth"), "fault"),
    (errors.BluetoothForbidden, "lock", _("Not allowed"), "fault"),
    (errors.PortForbidden, "lock", _("Not allowed"), "fault"),
    (errors.PortBusy, "lock", _("In use elsewhere"), "fault"),
    (errors.InUse, "lock", _("In use elsewhere"), "warn"),
    (errors.PortMissing, "plug-connected-x", _("Not plugged in"), "fault"),
    (errors.WrongDevice, "circle-x", _("Wrong device"), "fault"),
    (errors.NotOffered, "alert-triangle", _("Odd firmware"), "warn"),
    (errors.OutOfRange, "antenna-bars-off", _("Not heard"), "warn"),
)


def link_words(status: SensorStatus, kind: str, *, mute: bool = False, damaged: float = 0.0) -> LinkWords:
    """A link's state in a word, and if it is not good, the reason and the remedy in a line.

    ``mute``: frames come, but no values; ``damaged``: the share (0-1) of frames that are not valid.
    """
    if status.state is LinkState.RECEIVING:
        return _receiving(status, kind, mute, damaged)
    error = told(status.error, status.name) if status.error else ""
    if status.state is LinkState.SILENT:
        return _silent(status, kind, error)
    if status.state is LinkState.CONNECTING:
        return LinkWords("antenna-bars-5", _("Connecting"), "plain", error)
    for error_kind, icon, words, how_bad in _BY_ERROR:
        if isinstance(status.error, error_kind):
            return LinkWords(icon, words, how_bad, error)
    if status.state is LinkState.NEEDS_RIDER:
        return LinkWords("alert-triangle", _("Look here"), "fault", error)
    return LinkWords("plug-connected-x", _("Lost, trying again"), "warn", error or _("Check the plug and the power."))


def _receiving(status: SensorStatus, kind: str, mute: bool, damaged: float) -> LinkWords:
    if damaged >= DAMAGED:
        share = _("{n} % of what comes is damaged and left out.").format(n=round(damaged * 100))
        return LinkWords("alert-triangle", _("Damaged data"), "warn", f"{share} {_damage_remedy(status.url)}")
    if mute and is_strap(kind):
        return LinkWords("alert-triangle", _("No beat"), "warn", _("It feels no skin. Wet the pads and put it on."))
    if mute:
        remedy = _("It is connected, but has no numbers for the ride. Turn the pedals.")
        return LinkWords("alert-triangle", _("No numbers"), "warn", remedy)
    if is_low(status):
        words = _("Battery low, {n} %").format(n=status.battery_pct)
        return LinkWords("battery-1", words, "warn", _("It still works. Change or charge its battery soon."))
    return LinkWords("check", _("Receiving"), "good")


def is_low(status: SensorStatus) -> bool:
    """Whether its battery is nearly empty."""
    return status.battery_pct is not None and status.battery_pct <= LOW_BATTERY_PCT


def _silent(status: SensorStatus, kind: str, error: str) -> LinkWords:
    if status.bytes_seen and not status.frames_ok:
        reason = _("{size} were heard, and none of it understood.").format(size=_byte_words(status.bytes_seen))
        remedy = f"{reason} {_damage_remedy(status.url)}"
        return LinkWords("alert-triangle", _("Not understood"), "warn", remedy)
    if is_strap(kind):
        remedy = error or _("Connected, but it feels no skin. Wet the pads and put it on.")
        return LinkWords("alert-triangle", _("No beat"), "warn", remedy)
    wake = _("Nothing is heard. Turn the pedals to wake the bike, and check that its cable is plugged in.")
    return LinkWords("alert-triangle", _("Silent"), "warn", error or wake)


def _damage_remedy(url: str) -> str:
    if url.startswith("serial:"):
        return _("Check the cable and both of its plugs, and keep it away from mains cables.")
    return _("Bring it nearer, and bring its firmware up to date in its maker's app.")


def _byte_words(count: int) -> str:
    return size_words(count) if count >= 1000 else _("{n} bytes").format(n=count)


def wire(url: str, kind: str) -> str:
    """How a sensor is joined: ``Cable at ttyUSB0``, ``Heart rate, Bluetooth``."""
    parts = urlsplit(url)
    if parts.scheme == "serial":
        how = _("Cable at {port}").format(port=PurePosixPath(unquote(parts.path)).name)
    else:
        how = air(url)
    return how if canonical(kind) == "bike" else f"{kind_words([kind])}, {how}"


def kind_words(kinds: Iterable[str]) -> str:
    """Kinds for the rider to read: ``Bike, heart rate``."""
    words = ", ".join(_KINDS.get(canonical(kind), kind) for kind in kinds)
    return words[:1].upper() + words[1:]


def air(url: str) -> str:
    """What carries a sensor without a cable."""
    scheme = urlsplit(url).scheme
    names = {"ble": _("Bluetooth"), "keiser": _("Bluetooth"), "dircon": _("Wi-Fi"), "replay": _("Recording")}
    return names.get(scheme, scheme)


def offer_words(found: Any) -> str:
    """What was found (``drivers.discovery.Found``): ``Bike, power meter, Bluetooth``; of a cable, what it is."""
    if not found.kinds:
        return str(found.description)
    # That a bike or its pedals turn needs no word.
    kinds = [kind for kind in found.kinds if kind != "speed/cadence"] or found.kinds
    return f"{kind_words(kinds)}, {air(found.url)}"


def size_words(count: int) -> str:
    """A number of bytes: ``512``, ``4.1 kB``, ``1.2 MB``."""
    if count < 1000:
        return str(count)
    return f"{count / 1e3:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def age_words(age_s: float | None) -> str:
    """How old the last frame is: ``0.1 s``, ``48 s``, ``12 min``; a dash before the first."""
    if age_s is None:
        return "–"
    if age_s < 9.95:
        return f"{max(age_s, 0.0):.1f} s"
    return f"{age_s:.0f} s" if age_s < 100 else f"{age_s / 60:.0f} min"


class FrameRate:
    """Frames a second of one link, over the last seconds that were looked at."""

    WINDOW_S = 3.0

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []

    def look(self, now_s: float, frames: int) -> float:
        """Note the count at ``now_s``; returns frames a second."""
        self._seen = [(at, count) for at, count in self._seen if now_s - at <= self.WINDOW_S and count <= frames]
        self._seen.append((now_s, frames))
        first_s, first = self._seen[0]
        return (frames - first) / (now_s - first_s) if now_s > first_s else 0.0
