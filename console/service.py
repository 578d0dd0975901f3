"""What the service screen shows of one sensor: plain figures and words. No Kivy; time is passed in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.link_words import LinkWords, age_words, link_words, size_words
from console.sensor_watch import Change
from console.words import _
from drivers.profiles import DECODERS
from drivers.resistance import ResistanceTable
from drivers.sensor import SensorStatus

OLD_S = 2.0  # an older value is shown as such
FRAMES = 6
_RANKS: dict[str | None, int] = {characteristic: rank for rank, characteristic in enumerate(DECODERS)}
_TITLES = {
    "cadence_rpm": (_("Cadence"), "rpm"),
    "resistance_pct": (_("Resistance"), "%"),
    "power_w": (_("Output"), "W"),
    "heart_rate_bpm": (_("Heart"), "bpm"),
    "speed_kmh": (_("Speed"), "km/h"),
    "incline_pct": (_("Slope"), "%"),
    "distance_m": (_("Distance"), "m"),
}
_COLOURS = {"cadence_rpm": "CADENCE", "resistance_pct": "RESISTANCE", "power_w": "ACCENT", "heart_rate_bpm": "LIVE"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of figures; ``notes`` stand at its right, ``kind`` is "", good, muted, warn or fault."""

    title: str
    value: str
    unit: str = ""
    notes: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Minute:
    """The last 60 s of a value: ``values`` are (seconds ago, value); ``colour`` is a token of the theme."""

    title: str
    unit: str
    colour: str
    values: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A turn of a link: the time of day, what, why and what to do."""

    time: str
    words: LinkWords


@dataclass(frozen=True, slots=True)
class Curve:
    """A bike's resistance table: rising (counts, percent), and where its sensor stands now."""

    points: tuple[tuple[float, float], ...]
    raw: float | None
    percent: float | None


def values(sensor: Any, now_s: float) -> list[Figure]:
    """Everything a sensor (``PairedSensor``) says, as it says it, with values a second and the age of the newest."""
    figures = []
    for metric in sensor.watch.metrics:
        title, unit = _TITLES[metric]
        at_s, value = sensor.watch.newest(metric)
        unit = _("{unit} est.").format(unit=unit) if metric in sensor.watch.estimated else unit
        notes = f"{sensor.watch.rate(metric, now_s):.1f}", age_words(now_s - at_s)
        places = 0 if metric == "distance_m" else 1
        figures.append(Figure(title, f"{value:.{places}f}", unit, notes, "muted" if now_s - at_s > OLD_S else ""))
    if sensor.known is not None and sensor.known.raw_resistance is not None:
        figures.append(Figure(_("Raw resistance"), f"{sensor.known.raw_resistance:.0f}"))
    return figures


def link(status: SensorStatus, rate: float, now_s: float) -> list[Figure]:
    """A link's own figures; ``rate`` is valid frames a second."""
    age_s = None if status.last_frame_at_s is None else now_s - status.last_frame_at_s
    seen = status.frames_ok + status.frames_bad
    share = f"{_cut(100 * status.frames_ok / seen)} %" if seen else "–"
    bad = status.frames_bad
    old = age_s is not None and age_s > OLD_S
    figures = [
        Figure(_("Bytes seen"), size_words(status.bytes_seen)),
        Figure(_("Frames valid"), f"{status.frames_ok:,}", notes=(share,)),
        Figure(_("Frames damaged"), f"{bad:,}", kind="warn" if bad else ""),
        Figure(_("Frames a second"), f"{rate:.1f}"),
        Figure(_("Last frame"), age_words(age_s), kind="warn" if old else ""),
        Figure(_("Reconnects"), str(status.reconnects)),
    ]
    if status.battery_pct is not None:
        figures.append(Figure(_("Battery"), f"{status.battery_pct}", "%"))
    return figures


def _cut(percent: float) -> str:
    """A share that is only called 100 when nothing is missing."""
    return f"{math.floor(percent * 100) / 100:.2f}".rstrip("0").rstrip(".")


def minutes(sensor: Any, now_s: float) -> list[Minute]:
    """The last 60 s of each value that rises and falls."""
    return [
        Minute(*_TITLES[metric], _COLOURS.get(metric, "TEXT"), sensor.watch.minute(metric, now_s))
        for metric in sensor.watch.metrics
        if metric != "distance_m"
    ]


def faults(changes: Sequence[Change], status: SensorStatus, kind: str) -> list[Fault]:
    """How the link has stood, the newest first."""
    told = []
    for change in reversed(changes):
        then = SensorStatus(status.url, status.name, change.state, change.error, frames_ok=1)
        time = datetime.fromtimestamp(change.wall_s).strftime("%H:%M:%S")
        told.append(Fault(time, link_words(then, kind)))
    return told


def curve(sensor: Any) -> Curve | None:
    """The resistance table of a bike on a cable; without points while it has not told it; ``None`` for others."""
    if sensor.known is None:
        return None
    table: ResistanceTable | None = sensor.known.table
    raw = sensor.known.raw_resistance
    if table is None:
        return Curve((), raw, None)
    points = tuple((counts, table.percent(counts)) for counts in table.counts)
    return Curve(points, raw, None if raw is None else table.percent(raw))


def frames(sensor: Any, now_s: float) -> list[Figure]:
    """The newest raw bytes, of each characteristic that has any, as pairs of bytes, with their age; those that carry a
    ride's values first."""
    newest = sorted(sensor.watch.frames.items(), key=lambda item: _RANKS.get(item[0], len(_RANKS)))
    return [
        Figure(_short(characteristic), data.hex(" ", -2), notes=(age_words(now_s - at_s),))
        for characteristic, (at_s, data) in newest[:FRAMES]
    ]


def _short(characteristic: str | None) -> str:
    """The 16-bit number of a characteristic's UUID, or its beginning."""
    return "" if characteristic is None else characteristic[4:8].upper()
