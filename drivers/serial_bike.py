"""A bike on a serial port: asks in turn, stamps the answers on arrival, reconnects by itself.

One thread talks to the port and never touches the event loop except to hand Samples over. The hand-over keeps the
newest 256 Samples: a consumer that sleeps loses the oldest, and catches up with the present.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Self

from drivers.address import SerialAddress
from drivers.errors import DriverError, LinkLost, NeedsRider, WrongDevice
from drivers.flood import Flood
from drivers.peloton import Decoder
from drivers.peloton_poll import KnownBike, PelotonPoll
from drivers.sample import MEASURED, Sample
from drivers.sensor import LinkState, SensorStatus
from drivers.serial_port import SerialLine
from drivers.tapped_link import Tap

RETRY_S = 0.5
SILENT_AFTER_S = 2.0
FOREIGN_BYTES = 16  # this many bytes without a single reply are no longer an accident
# A bike's line carries 1920 bytes a second. What brings ten times as much is let go before it eats the processor.
FLOOD_BYTES, FLOOD_BYTES_A_S = 16_384, 19_200
KEPT_SAMPLES = 256


class SerialBike:
    """A :class:`drivers.sensor.Sensor` on a serial port. Raises :class:`SensorAddressError` for a bad URL.

    ``tap`` is called on the event loop's thread.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic, tap: Tap | None = None) -> None:
        self._address = SerialAddress.parse(url)
        self.status = SensorStatus(url, f"Peloton bike at {self._address.port}")
        self._clock = clock
        self._tap = tap
        self._known = KnownBike()
        self._queue: deque[Sample] = deque(maxlen=KEPT_SAMPLES)
        self._arrived = asyncio.Event()
        self._stop = threading.Event()
        self._line: SerialLine | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connections = 0

    @property
    def known(self) -> KnownBike:
        """What the bike has told of itself; filled by the reading thread."""
        return self._known

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name=f"bike at {self._address.port}", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._stop.set()
        self._arrived.set()
        if (line := self._line) is not None:
            line.wake()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def __aiter__(self) -> AsyncIterator[Sample]:
        return self

    async def __anext__(self) -> Sample:
        while not self._queue:
            if self._stop.is_set():
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._queue.popleft()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._connect()
            except DriverError as error:
                self.status.state = LinkState.NEEDS_RIDER if isinstance(error, NeedsRider) else LinkState.LOST
                self.status.error = error
            except Exception as error:  # a fault of ours must not end the thread: the bike would never be back
                logging.getLogger(__name__).exception("reading the bike at %s failed", self._address.port)
                self.status.state = LinkState.LOST
                self.status.error = LinkLost(f"a fault in the driver ({error!r})", "It tries again by itself.")
            self._stop.wait(RETRY_S)

    def _connect(self) -> None:
        """One connection, from opening the port to its loss (raises) or to the end."""
        line = self._line = SerialLine(self._address.port, self._clock)
        if not isinstance(self.status.error, WrongDevice):  # that is only disproved by a bike's reply
            self.status.state, self.status.error = LinkState.CONNECTING, None
        try:
            self._converse(line)
        finally:
            self._line = None
            line.close()

    def _converse(self, line: SerialLine) -> None:
        connection = _Connection(self.status, self._known, self._clock())
        while not self._stop.is_set():
            now_s = self._clock()
            if now_s >= connection.poll.next_at_s:
                question = connection.poll.ask(now_s)
                self._show(now_s, False, question)
                line.write(question)
            connection.judge(now_s)
            data = line.read(connection.poll.next_at_s)
            if data:
                at_s = self._clock()
                self._show(at_s, True, data)
                for sample in connection.take(data, at_s):
                    self._on_loop(self._deliver, sample)
                self._count_connection(connection)

    def _count_connection(self, connection: _Connection) -> None:
        if connection.alive and not connection.counted:
            connection.counted = True
            self._connections += 1
            self.status.reconnects = self._connections - 1

    def _show(self, at_s: float, from_bike: bool, data: bytes) -> None:
        if self._tap is not None:
            self._on_loop(self._tap, at_s, from_bike, None, data)

    def _on_loop(self, call: Callable[..., None], *arguments: object) -> None:
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:  # the loop is closed: nobody will ever listen again
            self._stop.set()

    def _deliver(self, sample: Sample) -> None:
        self._queue.append(sample)
        self._arrived.set()


class _Connection:
    """What one connection has shown so far; keeps ``status`` true."""

    def __init__(self, status: SensorStatus, known: KnownBike, now_s: float) -> None:
        self.poll = PelotonPoll(known, now_s)
        self.alive = False
        self.counted = False
        self._status = status
        self._decoder = Decoder()
        self._bytes = 0
        self._last_frame_s = now_s
        self._flood = Flood(FLOOD_BYTES, FLOOD_BYTES_A_S, now_s)

    def take(self, data: bytes, at_s: float) -> list[Sample]:
        """Take in the bytes that arrived at ``at_s``; return what they say."""
        bad_before = self._decoder.bad_frames
        frames = self._decoder.feed(data)
        self._bytes += len(data)
        if self._flood.overflows(len(data), at_s):
            raise WrongDevice("far more bytes come than a bike can send", "Choose the port of the bike's cable.")
        status = self._status
        status.bytes_seen += len(data)
        status.frames_ok += len(frames)
        status.frames_bad += self._decoder.bad_frames - bad_before
        if self._decoder.bad_frames > bad_before:
            self.poll.hear_damage(at_s)
        if frames:
            self.alive = True
            self._last_frame_s = status.last_frame_at_s = at_s
            status.state, status.error = LinkState.RECEIVING, None
        said = [fields for frame in frames if (fields := self.poll.hear(frame, at_s))]
        return [Sample(at_s, status.url, **fields, estimated=MEASURED) for fields in said]

    def judge(self, now_s: float) -> None:
        """Say what is wrong when nothing valid has come for a while."""
        if now_s - self._last_frame_s < SILENT_AFTER_S:
            return
        if not self.alive and self._bytes >= FOREIGN_BYTES:
            self._blame(LinkState.NEEDS_RIDER, _wrong_device(self._decoder))
        elif self._status.state is not LinkState.SILENT:
            self._blame(LinkState.SILENT, _silent(self._bytes))

    def _blame(self, state: LinkState, error: DriverError) -> None:
        self._status.state, self._status.error = state, error


def _silent(bytes_seen: int) -> LinkLost:
    if bytes_seen:
        return LinkLost("the bike went silent", "Check the plug at the bike and the cable; it goes on by itself.")
    return LinkLost(
        "the bike does not answer",
        "Push the plug into the bike until it clicks, check that the bike has power, and turn the pedals.",
    )


def _wrong_device(decoder: Decoder) -> WrongDevice:
    if decoder.requests and not decoder.replies:
        return WrongDevice("the port only sends our questions back", "Connect the cable's other end to the bike.")
    return WrongDevice("what answers is not a Peloton bike", "Choose the port of the bike's cable.")
