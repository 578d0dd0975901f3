"""Heart Rate Measurement 0x2A37 of the Heart Rate service 0x180D (HRS v1.0, 3.1). No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.errors import BadFrame
from drivers.plausible import HEART_RATE_BPM

_WIDE, _TOUCHES, _CAN_TELL, _ENERGY, _INTERVALS = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 4
_MIN_BPM, _MAX_BPM = HEART_RATE_BPM


@dataclass(frozen=True, slots=True)
class HeartRate:
    """One frame: bpm as sent, whether the strap touches skin (``None``: it cannot tell), energy in kJ since its
    reset, and the times between the last beats in seconds, the oldest first."""

    bpm: int
    contact: bool | None = None
    energy_kj: int | None = None
    rr_s: tuple[float, ...] = ()


def parse_heart_rate(data: bytes) -> HeartRate:
    """One frame as sent; half an interval at its end is ignored. Raises :class:`BadFrame`."""
    try:
        return HeartRate(*_read(data))
    except IndexError:
        raise BadFrame(f"{len(data)} bytes are too short for their flags: {data.hex()}") from None


def _read(data: bytes) -> tuple[int, bool | None, int | None, tuple[float, ...]]:
    """bpm, contact, kJ, intervals in s. Raises :class:`IndexError` for a short frame."""
    flags, bpm, at = data[0], data[1], 2
    contact = flags & _TOUCHES != 0 if flags & _CAN_TELL else None
    energy = None
    if flags & _WIDE:
        bpm, at = bpm | data[2] << 8, 3
    if flags & _ENERGY:
        energy, at = data[at] | data[at + 1] << 8, at + 2
    if not flags & _INTERVALS or len(data) - at < 2:
        return bpm, contact, energy, ()
    if len(data) - at < 4:
        return bpm, contact, energy, ((data[at] | data[at + 1] << 8) / 1024,)
    rr = tuple([(data[i] | data[i + 1] << 8) / 1024 for i in range(at, len(data) - 1, 2)])
    return bpm, contact, energy, rr


class HeartRateDecoder:
    """Heart Rate Measurement. Says bpm, unless the strap says itself that it does not touch the skin.

    ``contact`` is its newest word on that, ``None`` when it cannot tell; ``rr_s`` the newest times between beats.
    """

    def __init__(self) -> None:
        self.frames_ok = 0
        self.frames_bad = 0
        self.contact: bool | None = None
        self.rr_s: tuple[float, ...] = ()

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take one notification, heard at ``at_s`` (monotonic, seconds)."""
        try:
            bpm, self.contact, _, self.rr_s = _read(data)
        except IndexError:
            self.frames_bad += 1
            return {}
        self.frames_ok += 1
        return {} if self.contact is False or not _MIN_BPM <= bpm <= _MAX_BPM else {"heart_rate_bpm": float(bpm)}

    def reset(self) -> None:
        """The link has gone."""
        self.contact, self.rr_s = None, ()
