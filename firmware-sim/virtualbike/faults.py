"""What goes wrong with bikes: what their sensors show, what becomes of their bytes, and how they come and go.

One set of faults serves every wire: ``distort`` is asked for what the sensors show, ``pass_through`` for what arrives
of a frame, and the wire looks at the rest whenever it sends.
"""

from __future__ import annotations

import random
from dataclasses import replace
from enum import Enum, StrEnum

from virtualbike.noise import Noise
from virtualbike.readings import Readings

NOISE_SHARE = 0.05
SPIKE_SHARE = 0.25
SPIKE = {"cadence_rpm": 240.0, "power_w": 3000.0, "resistance_pct": 100.0, "heart_rate_bpm": 250.0}
SLOW_S = 1.5
FULL_PCT, LOW_PCT = 100, 4


class Fault(StrEnum):
    """The faults there are; the values are their names in scripts."""

    NOISE = "noise"  # bytes are damaged or lost
    FLIPPED = "flipped"  # one bit of every frame is wrong
    LOST_HEADER = "lost-header"  # the first byte of every frame is missing
    SILENCE = "silence"  # connected, and nothing comes
    STUCK = "stuck"  # the sensors show what they last showed
    SPIKES = "spikes"  # now and then a reading is absurd
    SLOW = "slow"  # everything arrives late
    UNPLUGGED = "unplugged"  # gone, and back when the fault ends
    LOW_BATTERY = "low-battery"
    NEW_ADDRESS = "new-address"  # at once: the bike comes back under another address
    CONTROL_LOST = "control-lost"  # at once: the rider takes control at the bike


class Happening(Enum):
    """What a wire has to act on by itself, because it is no matter of bytes."""

    GONE, BACK, NEW_ADDRESS, CONTROL_LOST, BATTERY_CHANGED = range(5)


AT_ONCE = {Fault.NEW_ADDRESS, Fault.CONTROL_LOST}


class Faults:
    """The faults that are on. ``noise`` (0-1) is the share of bytes a bad cable damages all the time."""

    def __init__(self, *, seed: int = 1, noise: float = 0.0) -> None:
        self.active: set[Fault] = set()
        self.happened: dict[Fault, int] = dict.fromkeys(AT_ONCE, 0)
        self._random = random.Random(f"{seed} faults")
        self._cable = Noise(noise, seed=seed)
        self._noise = Noise(NOISE_SHARE, seed=seed)
        self._stuck: Readings | None = None

    def start(self, fault: Fault) -> None:
        """Begin a fault; one that happens at once happens again."""
        if fault in AT_ONCE:
            self.happened[fault] += 1
        else:
            self.active.add(fault)

    def end(self, fault: Fault) -> None:
        """All is well again, as far as this fault goes."""
        self.active.discard(fault)

    def toggle(self, fault: Fault) -> None:
        """Begin what is not on, end what is."""
        (self.end if fault in self.active else self.start)(fault)

    def distort(self, readings: Readings) -> Readings:
        """What the sensors show instead."""
        if Fault.STUCK not in self.active:
            self._stuck = None
        else:
            self._stuck = self._stuck or readings
            readings = replace(self._stuck, at_s=readings.at_s)
        if Fault.SPIKES in self.active and self._random.random() < SPIKE_SHARE:
            readings = replace(readings, **SPIKE)
        return readings

    def pass_through(self, frame: bytes) -> bytes:
        """What arrives of a frame the bike sends; nothing is ``b""``."""
        if Fault.SILENCE in self.active:
            return b""
        frame = self._cable.pass_through(frame)
        if Fault.LOST_HEADER in self.active:
            frame = frame[1:]
        if Fault.FLIPPED in self.active and frame:
            frame = self._flip(frame)
        return self._noise.pass_through(frame) if Fault.NOISE in self.active else frame

    def reach_bike(self, data: bytes) -> bytes:
        """What arrives at the bike of what a client sends."""
        data = self._cable.pass_through(data)
        return self._noise.pass_through(data) if Fault.NOISE in self.active else data

    def battery_pct(self) -> int:
        """What the battery shows, in percent."""
        return LOW_PCT if Fault.LOW_BATTERY in self.active else FULL_PCT

    @property
    def delay_s(self) -> float:
        """How late everything arrives."""
        return SLOW_S if Fault.SLOW in self.active else 0.0

    @property
    def unplugged(self) -> bool:
        """Whether the bike is gone."""
        return Fault.UNPLUGGED in self.active

    def _flip(self, frame: bytes) -> bytes:
        damaged = bytearray(frame)
        damaged[self._random.randrange(len(frame))] ^= 1 << self._random.randrange(8)
        return bytes(damaged)


class Happenings:
    """Tells a wire what has happened since it last looked."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._seen = self._state()

    def look(self) -> list[Happening]:
        """What has happened, in the order to act in."""
        before, self._seen = self._seen, self._state()
        happened = [happening for happening in self._seen if self._seen[happening] != before[happening]]
        if Happening.GONE in happened and not self._faults.unplugged:
            happened[happened.index(Happening.GONE)] = Happening.BACK
        return happened

    def _state(self) -> dict[Happening, int]:
        return {
            Happening.GONE: self._faults.unplugged,
            Happening.NEW_ADDRESS: self._faults.happened[Fault.NEW_ADDRESS],
            Happening.CONTROL_LOST: self._faults.happened[Fault.CONTROL_LOST],
            Happening.BATTERY_CHANGED: self._faults.battery_pct(),
        }
