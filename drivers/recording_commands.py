"""The commands ``record`` and ``replay``: a sensor's raw bytes into a file, and out of it again."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime

from drivers.attached import AttachedSensor, attach_or_open
from drivers.errors import RecordingError
from drivers.live_table import LiveTable
from drivers.recording import Recorder, read_recording
from drivers.replay import ReplayAddress, ReplayedSensor
from drivers.sample import Sample
from drivers.sensor import Sensor
from drivers.watching import Complaints, Drawn, Lines, Show, show_all
from drivers.wording import STATES, link_text

LOOK_EVERY_S = 0.25
SAY_EVERY_S = 5.0


async def record(options: argparse.Namespace) -> int:
    """Record until Ctrl-C, or for so many seconds. 0 when the sensor sent anything."""
    with Recorder(options.file, options.url, datetime.now(UTC)) as recorder:

        def tap(at_s: float, from_sensor: bool, channel: str | None, data: bytes) -> None:
            recorder.name = sensor.status.name
            recorder.note(at_s, from_sensor, channel, data)

        sensor = await attach_or_open(options.url, tap=tap)
        if isinstance(sensor, AttachedSensor):
            print(f"{options.url} is held by another program; listening to it there.", file=sys.stderr)
        # Ctrl-C is how a recording ends, and no failure.
        with suppress(asyncio.CancelledError):
            async with sensor:
                await _watch_over(sensor, recorder, options.seconds)
    if recorder.error is not None:
        raise recorder.error
    status = sensor.status
    print(f"{options.file}: {recorder.moments} times bytes passed; {link_text(status, time.monotonic())}")
    if not status.bytes_seen:
        Complaints(Lines()).last_word(status)
    return 0 if status.bytes_seen else 1


async def _watch_over(sensor: Sensor, recorder: Recorder, seconds: float | None) -> None:
    """Until the time is over or the recording cannot go on; says how the link stands, on stderr."""
    began_s = said_s = time.monotonic()
    complaints = Complaints(Lines())
    while (now_s := time.monotonic()) - began_s < (seconds or float("inf")) and recorder.error is None:
        complaints.look(sensor.status)
        if now_s - said_s >= SAY_EVERY_S:
            said_s = now_s
            status = sensor.status
            print(f"{STATES[status.state]}   {link_text(status, now_s)}", file=sys.stderr, flush=True)
        await asyncio.sleep(LOOK_EVERY_S)


async def replay(options: argparse.Namespace) -> int:
    """Show a recording as if it were ridden now; at speed 0 only what it comes to. 0 when it plays to its end."""
    sensor = ReplayedSensor(ReplayAddress(options.file.absolute(), options.speed).url)
    read_recording(options.file)  # what cannot be read is one sentence, not a table of nothing
    show: Show = Lines() if options.json else Sum() if options.speed == 0 else Drawn(LiveTable([sensor.status]))
    async with sensor:
        ending = asyncio.ensure_future(_close_at_end(sensor))
        try:
            status = await show_all([sensor], show, None)
        finally:
            ending.cancel()
    error = sensor.status.error
    if isinstance(error, RecordingError):
        raise error
    return status


class Sum(Lines):
    """How much was said, at the end."""

    def __init__(self) -> None:
        self._samples, self._lasted_s = 0, 0.0

    def hear(self, sample: Sample) -> None:
        """Count it."""
        self._samples, self._lasted_s = self._samples + 1, sample.at_s

    def end(self) -> None:
        """Print the sum."""
        print(f"{self._samples} Samples in {self._lasted_s:.1f} s")


async def _close_at_end(sensor: ReplayedSensor) -> None:
    await sensor.ended.wait()
    await sensor.__aexit__()
