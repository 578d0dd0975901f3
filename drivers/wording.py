"""Words for somebody at a command line: values with their units, how a link stands, what is wrong and what to do."""

from __future__ import annotations

from drivers.errors import DriverError, PortMissing, WrongDevice
from drivers.sample import Sample
from drivers.sensor import LinkState, SensorStatus

UNITS = {
    "cadence_rpm": "rpm",
    "power_w": "W",
    "resistance_pct": "%",
    "heart_rate_bpm": "bpm",
    "speed_kmh": "km/h",
    "incline_pct": "%",
    "distance_m": "m",
}
STATES = {
    LinkState.CONNECTING: "connecting",
    LinkState.RECEIVING: "receiving",
    LinkState.SILENT: "silent",
    LinkState.LOST: "link lost, trying again",
    LinkState.NEEDS_RIDER: "not there yet, trying again",
}


def spoken(sample: Sample) -> dict[str, float]:
    """The values a Sample speaks of, by field name."""
    return {name: value for name in UNITS if (value := getattr(sample, name)) is not None}


def named(metric: str) -> str:
    """A field of Sample without its unit: ``heart rate`` for ``heart_rate_bpm``."""
    return metric.rpartition("_")[0].replace("_", " ")


def numbers(values: dict[str, float]) -> str:
    """Values with their units, in one line."""
    return "  ".join(f"{values[name]:.0f} {unit}" for name, unit in UNITS.items() if name in values)


def told(error: DriverError) -> str:
    """What happened and what to do."""
    hint = " `python -m drivers scan` lists what is there." if isinstance(error, PortMissing | WrongDevice) else ""
    return f"{error}. {error.remedy}{hint}"


def link_text(status: SensorStatus, now_s: float) -> str:
    """What came over a link so far, and how long ago the last valid frame did (``now_s`` monotonic)."""
    age = "" if status.last_frame_at_s is None else f", the last {max(0.0, now_s - status.last_frame_at_s):.1f} s ago"
    return f"{status.bytes_seen} bytes, {status.frames_ok} valid frames{age}, {status.frames_bad} bad"


def link_json(status: SensorStatus, now_s: float) -> dict[str, object]:
    """The same for programs."""
    last_s = status.last_frame_at_s
    return {
        "state": status.state.value,
        "error": str(status.error) if status.error else None,
        "remedy": status.error.remedy if status.error else None,
        "bytes_seen": status.bytes_seen,
        "frames_ok": status.frames_ok,
        "frames_bad": status.frames_bad,
        "last_frame_age_s": None if last_s is None else round(max(0.0, now_s - last_s), 3),
        "reconnects": status.reconnects,
        "battery_pct": status.battery_pct,
    }
