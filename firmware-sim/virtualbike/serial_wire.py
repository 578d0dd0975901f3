"""The serial wire whole: requests answered on a pseudo-terminal, with all that can go wrong with bike and cable."""

from __future__ import annotations

import os
import select
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from virtualbike import keyboard
from virtualbike.bike import Bike
from virtualbike.calibration import raw_counts
from virtualbike.fault_script import FaultScript
from virtualbike.link import linked
from virtualbike.peloton import PelotonBike
from virtualbike.readings import Readings
from virtualbike.recording import NOT_RECORDING, Moment, Recorder
from virtualbike.riding import Riding
from virtualbike.serial_port import READ_SIZE, SerialPort

LOOK_S = 0.1  # how often scripts and keys are looked at
LINGER_S = 0.5  # a client may take so long to read the end of a recording: to hang up would take it away


@dataclass(frozen=True, slots=True)
class SensedBike:
    """A bike as its sensors show it, which need not be as it is."""

    bike: Bike
    shown: Readings

    @property
    def calibration(self) -> Sequence[int]:
        return self.bike.calibration

    @property
    def cadence_rpm(self) -> float:
        return self.shown.cadence_rpm

    @property
    def power_w(self) -> float:
        return self.shown.power_w

    @property
    def resistance_pct(self) -> float:
        return self.shown.resistance_pct

    def raw_resistance(self) -> int:
        """One reading in counts; a sensor that is stuck or spikes does not jitter."""
        if self.shown.resistance_pct == self.bike.resistance_pct:
            return self.bike.raw_resistance()
        return round(raw_counts(self.bike.calibration, self.shown.resistance_pct))


class SerialWire:
    """Answers, or replays the ``moments`` of a recording from the first request on, until it is told to stop."""

    def __init__(
        self,
        riding: Riding,
        *,
        script: FaultScript,
        moments: Sequence[Moment] | None = None,
        recorder: Recorder = NOT_RECORDING,
        scaled_resistance: bool = False,
        seed: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._riding, self._faults, self._script = riding, riding.faults, script
        self._recorder, self._clock = recorder, clock
        self._moments = None if moments is None else [moment for moment in moments if moment.sender == "bike"]
        self._answering = PelotonBike(self._sensors, scaled_resistance=scaled_resistance, seed=seed)
        self._due: deque[tuple[float, bytes]] = deque()
        self._began_s = clock()

    def run(self, link: Path | None, stop_fd: int, keys_fd: int | None = None) -> None:
        """Serve until ``stop_fd`` is readable or the recording is over; prints the path of each port it opens."""
        while True:
            port = SerialPort()
            try:
                with linked(port.path, link):
                    print(port.path, flush=True)
                    if self._serve(port, stop_fd, keys_fd):
                        return
            finally:
                port.close()
            if not self._wait_for_plug(stop_fd, keys_fd):
                return

    def _serve(self, port: SerialPort, stop_fd: int, keys_fd: int | None) -> bool:
        """Whether all is over; not so when the bike was unplugged."""
        self._due.clear()
        while True:
            ready = self._look([port.fd, stop_fd], keys_fd)
            if stop_fd in ready:
                return True
            if self._faults.unplugged:
                return False
            if port.fd in ready:
                self._hear(os.read(port.fd, READ_SIZE))
            while self._due and self._due[0][0] <= self._clock():
                self._say(port, self._due.popleft()[1])
            if self._moments == [] and not self._due:
                select.select([stop_fd], [], [], LINGER_S)
                return True

    def _wait_for_plug(self, stop_fd: int, keys_fd: int | None) -> bool:
        while self._faults.unplugged:
            if stop_fd in self._look([stop_fd], keys_fd):
                return False
        return True

    def _look(self, fds: list[int], keys_fd: int | None) -> list[int]:
        """Wait until there is something to do; what can be read then."""
        keys = [] if keys_fd is None else [keys_fd]
        patience_s = LOOK_S
        if self._due:
            patience_s = min(max(self._due[0][0] - self._clock(), 0.0), LOOK_S)
        ready, _, _ = select.select([*fds, *keys], [], [], patience_s)
        if keys_fd in ready:
            for key in os.read(keys[0], READ_SIZE).decode(errors="ignore"):
                if said := keyboard.press(key, self._faults):
                    print(said, file=sys.stderr)
        self._script.carry_out(self._faults, self._clock() - self._began_s)
        return ready

    def _hear(self, request: bytes) -> None:
        now_s = self._clock()
        self._recorder.note(now_s, "us", request)
        if self._moments is not None:
            self._due.extend((now_s + moment.t_s, moment.data) for moment in self._moments)
            self._moments = []
            return
        for reply in self._answering.feed(self._faults.reach_bike(request)):
            free_s = max(now_s + self._faults.delay_s, self._due[-1][0] if self._due else 0.0)
            self._due.append((free_s + reply.delay_s, reply.data))

    def _say(self, port: SerialPort, frame: bytes) -> None:
        arriving = self._faults.pass_through(frame)
        if arriving:
            self._recorder.note(self._clock(), "bike", arriving)
            port.write(arriving)

    def _sensors(self) -> SensedBike:
        return SensedBike(self._riding.bike, self._riding.advance(self._clock()))
