"""A day of riding in under a minute: does the sum of work drift, does memory grow?

The virtual bike is ridden for half an hour of its own time and asked as a console asks it; both directions are recorded
to a file. That lap is then read from the file 48 times, one after the other, into the same decoder and the same Ride:
bytes → codec → Sample → Ride → Points, with time passed in. The reference is the virtual bike's own sum of its work,
which it takes a hundred times a second. Must reach: 100 times as fast as riding, no more than 0.1 % off, memory flat.

Run: python -m tests.bench.day_of_riding [HOURS]
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import virtualbike
from console.ride import Ride
from drivers.overhearing import Overhearing
from drivers.peloton import Decoder
from drivers.peloton_poll import KnownBike, PelotonPoll
from drivers.recording import Moment, Recorder, read_recording
from drivers.sensor import SensorStatus
from virtualbike.bike import Bike
from virtualbike.calibration import BIKE_A
from virtualbike.peloton import PelotonBike
from virtualbike.rider import Ridden, ScriptedRider
from virtualbike.script import load

BOOT_S, LAP_S = 10.0, 1800.0  # the resistance table is asked for in the first seconds
ANSWER_S = 0.005
ADVANCE_S = 0.5
KEPT_MAX = 20_000  # bytes a lap may leave behind
RIDE = Path(virtualbike.__file__).parent / "rides" / "intervals.toml"


def record_a_lap(path: Path) -> float:
    """Ride; returns the kJ of the lap that begins after ``BOOT_S``."""
    script = load(RIDE)
    cadence, resistance = script.at(0.0)
    ridden = Ridden(Bike(BIKE_A, cadence_rpm=cadence, resistance_pct=resistance), ScriptedRider(script, seed=1))
    now_s, work_j = 0.0, [0.0, 0.0]
    answering = PelotonBike(lambda: ridden.advance(now_s))
    poll, decoder = PelotonPoll(KnownBike(), now_s), Decoder()
    with Recorder(path, "serial:///dev/virtual", datetime.now(UTC)) as recorder:
        while now_s < BOOT_S + LAP_S:
            now_s = poll.next_at_s
            question = poll.ask(now_s)
            recorder.note(now_s, False, None, question)
            for reply in answering.feed(question):
                recorder.note(now_s + ANSWER_S, True, None, reply.data)
                for frame in decoder.feed(reply.data):
                    poll.hear(frame, now_s + ANSWER_S)
            work_j[now_s >= BOOT_S] = ridden.bike.work_j
    return (work_j[1] - work_j[0]) / 1000


def ride_a_lap(path: Path, lap: int, heard: Overhearing, ride: Ride) -> int:
    """Read the recording as the ride's ``lap``-th lap; returns how many Points came of it."""
    _, moments = read_recording(path)
    points, next_s = 0, 0.0
    for moment in moments:
        if moment.t_s < BOOT_S and lap:
            continue
        at_s = moment.t_s + lap * LAP_S
        if at_s >= BOOT_S:
            ride.start(BOOT_S)
        for sample in heard.take(Moment(at_s, moment.from_sensor, moment.channel, moment.data), at_s):
            ride.feed(sample)
        if at_s >= next_s:
            next_s = at_s + ADVANCE_S
            points += len(ride.advance(at_s, wall_s=at_s))
    return points


def rss_kb() -> int:
    """Memory of this process now, in kB."""
    with Path("/proc/self/statm").open() as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def main(hours: float) -> int:
    """Measure and print; status 1 when a bound is missed."""
    status = SensorStatus("serial:///dev/virtual", "virtual bike")
    ride, laps = Ride(), max(2, round(hours * 3600 / LAP_S))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lap.jsonl"
        expected_kj = record_a_lap(path) * laps
        heard = Overhearing(read_recording(path)[0], status)
        points, memory, objects, traced = 0, [], [], [0, 0]
        began_s = time.perf_counter()
        for lap in range(laps):
            if lap == laps - 2:
                tracemalloc.start(1)
            points += ride_a_lap(path, lap, heard, ride)
            gc.collect()
            memory.append(rss_kb())
            objects.append(len(gc.get_objects()))
            traced = [traced[1], tracemalloc.get_traced_memory()[0]] if tracemalloc.is_tracing() else traced
        took_s = time.perf_counter() - began_s
    last = max(laps - 3, 0)  # the last that was not traced, which takes memory itself
    drift = ride.totals.kj / expected_kj - 1
    speed = laps * LAP_S / took_s
    figures = {
        "bench": "day_of_riding",
        "hours": laps * LAP_S / 3600,
        "times_as_fast": round(speed),
        "kj": round(ride.totals.kj, 1),
        "bikes_own_kj": round(expected_kj, 1),
        "drift_pct": round(drift * 100, 4),
        "points": points,
        "frames_bad": status.frames_bad,
        "rss_kb_after_first_and_last_lap": [memory[0], memory[last]],
        "objects_after_first_and_last_lap": [objects[0], objects[last]],
        "bytes_kept_of_the_last_lap": traced[1] - traced[0],
    }
    print(json.dumps(figures))
    kept = traced[1] - traced[0]
    return int(abs(drift) > 0.001 or speed < 100 or abs(points - laps * LAP_S) > 2 or kept > KEPT_MAX)


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 24.0))
