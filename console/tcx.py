"""A ride as a Training Center XML file, which training sites and programs read. No Kivy, no clock.

Garmin's schema TrainingCenterDatabase v2 with ActivityExtension v2 for speed and watts; the order of elements is its
own. Every ridden second is a Trackpoint with time and distance, a pause begins a new Track, and what nobody measured
is left out: sites draw no line of zeros then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from console.effort import speed_mps
from sync.records import Figures, Point
from sync.ride_table import RideSummary

TCX = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
EXTENSION = "http://www.garmin.com/xmlschemas/ActivityExtension/v2"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PAUSE_S = 2.5
HIGHEST_BYTE, HIGHEST_SHORT = 254, 65_535

ET.register_namespace("", TCX)
ET.register_namespace("x", EXTENSION)
ET.register_namespace("xsi", XSI)


def tcx(summary: RideSummary, points: Iterable[Point]) -> bytes:
    """The file's content."""
    points, totals = list(points), summary.totals
    root = ET.Element(f"{{{TCX}}}TrainingCenterDatabase")
    pedalled = totals.power_w.average is not None or totals.cadence_rpm.average is not None
    ran = not pedalled and any(point.speed_kmh for point in points)
    activity = _add(_add(root, "Activities"), "Activity", Sport="Running" if ran else "Biking")
    _add(activity, "Id", _when(summary.header.started_at))
    lap = _add(activity, "Lap", StartTime=_when(summary.header.started_at))
    moved = list(_moved(points))
    _add(lap, "TotalTimeSeconds", f"{totals.seconds}")
    _add(lap, "DistanceMeters", f"{moved[-1][1]:.1f}" if moved else "0")
    _add(lap, "MaximumSpeed", f"{max((speed for speed, _ in moved), default=0.0):.3f}")
    _add(lap, "Calories", f"{min(round(totals.kcal), HIGHEST_SHORT)}")
    _beats(lap, "AverageHeartRateBpm", totals.heart_rate_bpm.average)
    _beats(lap, "MaximumHeartRateBpm", totals.heart_rate_bpm.best)
    _add(lap, "Intensity", "Active")
    if totals.cadence_rpm.average is not None:
        _add(lap, "Cadence", _byte(totals.cadence_rpm.average))
    _add(lap, "TriggerMethod", "Manual")
    _tracks(lap, points, moved)
    _averages(lap, totals.power_w, totals.cadence_rpm)
    _add(activity, "Notes", summary.title or "Just ride")
    creator = _add(activity, "Creator", **{f"{{{XSI}}}type": "Device_t"})
    for name, value in (("Name", "Breakaway"), ("UnitId", "0"), ("ProductID", "0")):
        _add(creator, name, value)
    version = _add(creator, "Version")
    for name in ("VersionMajor", "VersionMinor"):
        _add(version, name, "0")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root)


def file_name(summary: RideSummary) -> str:
    """The same for a ride whenever it is written, and another for each."""
    header = summary.header
    began = datetime.fromtimestamp(header.started_at, UTC)
    words = re.sub(r"[^\w]+", "-", f"{header.rider_name} {summary.title or 'just ride'}").strip("-").lower()
    return f"{began:%Y-%m-%d-%H%M}-{words[:60]}-{header.id[:8]}.tcx"


def _moved(points: Iterable[Point]) -> Iterator[tuple[float, float]]:
    """Speed in m/s and metres since the start, of each Point."""
    metres = 0.0
    for point in points:
        speed = speed_mps(point.power_w) if point.power_w is not None else (point.speed_kmh or 0.0) / 3.6
        metres += speed
        yield speed, metres


def _tracks(lap: ET.Element, points: list[Point], moved: list[tuple[float, float]]) -> None:
    track, last_s = None, float("-inf")
    for point, (speed, metres) in zip(points, moved, strict=True):
        at_s = point.at if point.at > last_s else last_s + 1.0  # the tablet's clock was set back
        if track is None or at_s - last_s > PAUSE_S:
            track = _add(lap, "Track")
        last_s = at_s
        spot = _add(track, "Trackpoint")
        _add(spot, "Time", _when(at_s))
        _add(spot, "DistanceMeters", f"{metres:.1f}")
        _beats(spot, "HeartRateBpm", point.heart_rate_bpm)
        if point.cadence_rpm is not None:
            _add(spot, "Cadence", _byte(point.cadence_rpm))
        more = _add(_add(spot, "Extensions"), "TPX", space=EXTENSION)
        _add(more, "Speed", f"{speed:.3f}", space=EXTENSION)
        if point.power_w is not None:
            _add(more, "Watts", f"{round(point.power_w)}", space=EXTENSION)


def _averages(lap: ET.Element, power: Figures, cadence: Figures) -> None:
    if power.average is None or power.best is None:
        return
    more = _add(_add(lap, "Extensions"), "LX", space=EXTENSION)
    if cadence.best is not None:
        _add(more, "MaxBikeCadence", _byte(cadence.best), space=EXTENSION)
    _add(more, "AvgWatts", f"{round(power.average)}", space=EXTENSION)
    _add(more, "MaxWatts", f"{round(power.best)}", space=EXTENSION)


def _beats(parent: ET.Element, name: str, bpm: float | None) -> None:
    if bpm is not None and round(bpm) > 0:
        _add(_add(parent, name), "Value", _byte(bpm))


def _byte(value: float) -> str:
    return f"{min(max(round(value), 0), HIGHEST_BYTE)}"


def _when(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _add(parent: ET.Element, name: str, text: str = "", *, space: str = TCX, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{space}}}{name}", attributes)
    child.text = text or None
    return child
