"""Why a sensor answers or not, from what its link has shown: a word for each cause, reasons, what to do. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers.errors import (
    BluetoothForbidden,
    BluetoothOff,
    DriverError,
    InUse,
    NotOffered,
    OutOfRange,
    PortBusy,
    PortForbidden,
    PortMissing,
    RecordingError,
    WrongDevice,
)
from drivers.sensor import LinkState, SensorStatus
from drivers.wording import UNITS, link_text, named

LOW_BATTERY_PCT = 15
BAD_SHARE = 0.05


class Verdict(StrEnum):
    """What is the matter."""

    FINE = "fine"
    BLUETOOTH_OFF = "bluetooth off"
    NO_PERMISSION = "no permission"
    NOT_THERE = "not there"
    OUT_OF_RANGE = "out of range"
    IN_USE = "in use"
    SILENT = "connected but silent"
    WRONG_KIND = "wrong kind"
    ODD_FIRMWARE = "odd firmware"
    LINK_LOST = "link lost"


_BY_ERROR: tuple[tuple[type[DriverError], Verdict], ...] = (
    (BluetoothOff, Verdict.BLUETOOTH_OFF),
    (BluetoothForbidden, Verdict.NO_PERMISSION),
    (PortForbidden, Verdict.NO_PERMISSION),
    (PortMissing, Verdict.NOT_THERE),
    (RecordingError, Verdict.NOT_THERE),
    (PortBusy, Verdict.IN_USE),
    (InUse, Verdict.IN_USE),
    (OutOfRange, Verdict.OUT_OF_RANGE),
    (WrongDevice, Verdict.WRONG_KIND),
    (NotOffered, Verdict.ODD_FIRMWARE),
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, what it rests on, and what to do (empty when nothing is to be done)."""

    verdict: Verdict
    reasons: tuple[str, ...]
    remedy: str = ""


def judge(status: SensorStatus, said: dict[str, float], now_s: float) -> Judgement:
    """What to think of a sensor that has ``said`` these values (fields of Sample) by ``now_s`` (monotonic)."""
    came = link_text(status, now_s)
    if said:
        return Judgement(Verdict.FINE, (came, *_marks(status, said)))
    if status.error is not None and (known := _by_error(status.error)) is not None:
        return Judgement(known, (str(status.error), came), status.error.remedy)
    if status.frames_ok:
        what = "its frames are understood, but none has a value that can be true"
        return Judgement(Verdict.ODD_FIRMWARE, (what, came), "Turn the pedals; update the sensor's firmware.")
    if status.bytes_seen:
        what = "bytes come, but no valid frame"
        return Judgement(
            Verdict.ODD_FIRMWARE, (what, came), "Update the sensor's firmware, and send us a recording of it."
        )
    if status.state is LinkState.SILENT:
        error = status.error or DriverError("it is connected and says nothing", "Turn the pedals, put the strap on.")
        return Judgement(Verdict.SILENT, (str(error), came), error.remedy)
    lost = status.error or DriverError("it is not reached yet", "Wake it, bring it nearer, try for longer (--seconds).")
    return Judgement(Verdict.LINK_LOST, (str(lost), came), lost.remedy)


def _by_error(error: DriverError) -> Verdict | None:
    return next((verdict for kind, verdict in _BY_ERROR if isinstance(error, kind)), None)


def _marks(status: SensorStatus, said: dict[str, float]) -> list[str]:
    """What a technician should know of a sensor that is fine."""
    marks = [f"it says {', '.join(named(name) for name in UNITS if name in said)}"]
    if status.frames_bad > BAD_SHARE * (status.frames_ok + status.frames_bad):
        cause = "check plug and cable" if status.url.startswith("serial:") else "its firmware is odd"
        marks.append(f"many frames are damaged: {cause}")
    if status.battery_pct is not None and status.battery_pct <= LOW_BATTERY_PCT:
        marks.append(f"its battery is low ({status.battery_pct} %)")
    return marks
