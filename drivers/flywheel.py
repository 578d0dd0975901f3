"""Flywheel and ICG bikes, which send a stream through a Nordic UART. No I/O.

Frame ``FF length id data checksum 55``; the length counts id, data and checksum; big-endian. The checksum is the
exclusive or of all bytes from the length to the last of the data (found on the one capture known, and it fits).
Notifications cut frames anywhere, since one does not fit into 20 bytes.
"""

from __future__ import annotations

from functools import reduce
from operator import xor

from drivers.plausible import plausible

HEAD, END, STATS = 0xFF, 0x55, 0x0C
LONGEST = 64
_STATS_LENGTH = 15


class FlywheelDecoder:
    """The stream's frames of statistics. Says W, rpm, bpm, km/h, and as % the brake level of 0-100."""

    def __init__(self) -> None:
        self.frames_ok = 0
        self.frames_bad = 0
        self._pending = bytearray()
        self._in_damage = False

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take the next bytes, heard at ``at_s`` (monotonic, seconds); of several frames the last says what holds."""
        self._pending += data
        reading: dict[str, float] = {}
        at, end = 0, len(self._pending)
        while at < end:
            size = self._size(at)
            if size is None:
                break
            if size:
                self.frames_ok += 1
                self._in_damage = False
                if self._pending[at + 2] == STATS:
                    reading = _stats(bytes(self._pending[at : at + size]))
            elif not self._in_damage:
                self.frames_bad += 1
                self._in_damage = True
            at += size or 1
        del self._pending[:at]
        return reading

    def reset(self) -> None:
        """The link has gone: what has come of an unfinished frame is void."""
        self._pending.clear()
        self._in_damage = False

    def _size(self, at: int) -> int | None:
        """Bytes of the frame that begins here, 0 if none does, ``None`` if only more bytes can tell."""
        if self._pending[at] != HEAD:
            return 0
        head = self._pending[at : at + 3]
        if len(head) > 1 and not 2 <= head[1] <= LONGEST:
            return 0
        if len(head) > 2 and head[2] == STATS and head[1] < _STATS_LENGTH:
            return 0
        if len(head) < 3 or len(self._pending) - at < head[1] + 3:
            return None
        body = self._pending[at : at + head[1] + 3]
        return len(body) if body[-1] == END and reduce(xor, body[1:-2]) == body[-2] else 0


def _stats(frame: bytes) -> dict[str, float]:
    return plausible(
        {
            "power_w": float(frame[3] << 8 | frame[4]),
            "heart_rate_bpm": float(frame[8]),
            "cadence_rpm": float(frame[12]),
            "speed_kmh": (frame[13] << 8 | frame[14]) / 10,
            "resistance_pct": float(frame[15]),
        }
    )
