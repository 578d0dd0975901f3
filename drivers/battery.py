"""Battery Level 0x2A19 of the Battery service 0x180F. No I/O."""

from __future__ import annotations

from drivers.errors import BadFrame


def parse_battery(data: bytes) -> int:
    """The charge in %. Raises :class:`BadFrame` for nothing, or more than 100."""
    if not data or data[0] > 100:
        raise BadFrame(f"no battery level: {data.hex() or 'no bytes'}")
    return data[0]


class BatteryDecoder:
    """Battery Level. Says nothing for a Sample; ``percent`` is the newest level, ``None`` until there is one."""

    def __init__(self) -> None:
        self.frames_ok = 0
        self.frames_bad = 0
        self.percent: int | None = None

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take what was read or notified, at ``at_s`` (monotonic, seconds)."""
        try:
            self.percent = parse_battery(data)
            self.frames_ok += 1
        except BadFrame:
            self.frames_bad += 1
        return {}

    def reset(self) -> None:
        """The link has gone: the level may change unheard."""
        self.percent = None
