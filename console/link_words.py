"""How a sensor's link stands, in words: a state, its reason, and what to do. No Kivy; time is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from console.error_words import told
from console.words import _
from drivers.sensor import LinkState, SensorStatus


@dataclass(frozen=True, slots=True)
class LinkWords:
    """``kind`` is good, plain, warn or fault; ``remedy`` is empty where nothing is to be done."""

    icon: str
    words: str
    kind: str
    remedy: str = ""


def link_words(status: SensorStatus, kind: str) -> LinkWords:
    """A link's state in a word, and if it is not good, the reason and the remedy in a line."""
    error = told(status.error, status.name) if status.error else ""
    if status.state is LinkState.RECEIVING:
        return LinkWords("check", _("Receiving"), "good")
    if status.state is LinkState.CONNECTING:
        return LinkWords("antenna-bars-5", _("Connecting"), "plain", error)
    if status.state is LinkState.NEEDS_RIDER:
        return LinkWords("alert-triangle", _("Look here"), "fault", error)
    if status.state is LinkState.SILENT:
        return LinkWords("alert-triangle", _silent_word(kind), "warn", error or _silent_remedy(status, kind))
    return LinkWords("plug-connected-x", _("Lost, trying again"), "warn", error or _("Check the plug and the power."))


def _silent_word(kind: str) -> str:
    return _("No beat") if kind == "heart" else _("Silent")


def _silent_remedy(status: SensorStatus, kind: str) -> str:
    if kind == "heart":
        return _("Connected, but it feels no skin. Wet the pads and put it on.")
    if status.bytes_seen and not status.frames_ok:
        return _("Heard, but not understood. Is this the bike's cable?")
    return _("Nothing is heard. Turn the pedals to wake the bike, and check that its cable is plugged in.")


def wire(url: str, kind: str) -> str:
    """How a sensor is joined: ``Cable at ttyUSB0``, ``Bluetooth``."""
    parts = urlsplit(url)
    what = {"heart": _("Heart rate"), "power": _("Power")}.get(kind)
    if parts.scheme == "serial":
        how = _("Cable at {port}").format(port=PurePosixPath(unquote(parts.path)).name)
    else:
        how = {"ble": _("Bluetooth"), "replay": _("Recording")}.get(parts.scheme, parts.scheme)
    return f"{what}, {how}" if what else how


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
