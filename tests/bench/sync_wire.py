"""Bytes on the wire for one ridden hour, live (a Point a batch) and from a backlog, beside the same Points as JSON.

The ride is noisy as real ones are: cadence and power wander and jitter, resistance flickers by a count of the bike's
converter, the heart follows, and seconds end a few milliseconds early or late.

Run: python tests/bench/sync_wire.py
"""

from __future__ import annotations

import json
import time
import zlib

import numpy as np

from sync import topics, wire
from sync.records import Batch, Point, RideHeader, to_json
from sync.sending import LIMIT

HOUR = 3600


def noisy_hour() -> list[Point]:
    draw = np.random.default_rng(1)
    seconds = np.arange(HOUR)
    target = np.repeat(draw.uniform(75, 100, HOUR // 120), 120)
    cadence = target + np.convolve(draw.normal(0, 3, HOUR), np.ones(8) / 8, "same") + draw.normal(0, 0.8, HOUR)
    knob = np.repeat(draw.uniform(25, 55, HOUR // 180), 180) + draw.choice([-0.12, 0.0, 0.12], HOUR)
    power = (cadence / 80) ** 1.9 * (knob / 40) ** 2.3 * 150 + draw.normal(0, 3, HOUR)
    heart = 140 + np.cumsum(draw.normal(0, 0.25, HOUR)).clip(-25, 25)
    late = draw.uniform(0, 0.016, HOUR)
    columns = zip(seconds, late, cadence, knob, power, heart.round(), strict=True)
    return [Point(int(s), 1.7e9 + s + t, s + t, *(float(round(v, 3)) for v in rest)) for s, t, *rest in columns]


def batches(points: list[Point], size: int) -> list[bytes]:
    ride = RideHeader(RideHeader.new_id(), RideHeader.new_id(), "Ada Lovelace", 1.7e9, "sunset-climb")
    return [wire.encode(Batch(ride, tuple(points[i : i + size]))) for i in range(0, len(points), size)]


def main() -> None:
    points = noisy_hour()
    began = time.perf_counter()
    live, backlog = batches(points, 1), batches(points, LIMIT)
    encode_s = time.perf_counter() - began
    text = json.dumps([to_json(point) for point in points], separators=(",", ":")).encode()
    # MQTT 3.1.1, section 3.3: fixed header, topic with its length, packet id; and the PUBACK that comes back
    framing = 2 + 2 + len(topics.batches("t" * 32)) + 2
    figures = {
        "live_kb": round(sum(map(len, live)) / 1000, 1),
        "live_with_mqtt_kb": round((sum(map(len, live)) + HOUR * framing) / 1000, 1),
        "live_bytes_a_second": round(sum(map(len, live)) / HOUR, 1),
        "backlog_kb": round(sum(map(len, backlog)) / 1000, 1),
        "json_kb": round(len(text) / 1000, 1),
        "json_deflated_kb": round(len(zlib.compress(text, 6)) / 1000, 1),
        "ratio_to_deflated_json": round(sum(map(len, backlog)) / len(zlib.compress(text, 6)), 2),
        "encode_us_a_batch": round(encode_s / (len(live) + len(backlog)) * 1e6),
    }
    print(json.dumps({"bench": "sync_wire", **figures}))


if __name__ == "__main__":
    main()
