"""What one large class costs the cloud: 12,000 riders of all time in an 1800 s class, 300 riding now.

Measured on a real SQLite file: loading the boards after a restart, one rider's standings, and storing and answering
a round in which each of the 300 sends one Point; beside the round's own insert and commit without any standings.

Run: python tests/bench/cloud_capacity.py
"""

from __future__ import annotations

import json
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from sync import wire
from sync.cloud.boards import Boards
from sync.cloud.ingest import Delivery, Ingest
from sync.cloud.json_form import dumps
from sync.cloud.store import Store
from sync.records import Batch, Point, RideHeader

RIDERS, LIVE, LENGTH_S, ROUNDS = 12_000, 300, 1800, 5


def header(number: int, class_id: str | None, finished: bool) -> RideHeader:
    return RideHeader(f"{number:032x}", f"rider{number}", f"Rider {number}", 1.0, class_id, 2.0 if finished else None)


def fill(store: Store) -> None:
    """Finished rides, each with one stored Point and the curve of a whole class."""
    draw = np.random.default_rng(1)
    with store.transaction():
        for number in range(RIDERS):
            ride = header(number, "big", finished=True)
            held = store.put("tablet", Batch(ride, (Point(0, 1.0, 1.0, power_w=1.0),)), 0.0)
            store.save_curve(held, np.cumsum(draw.integers(500, 3000, LENGTH_S + 1), dtype=np.int32))


def rounds(store: Store, boards: Boards, class_id: str | None, first: int) -> list[float]:
    """Seconds for each round of one Point from each live rider."""
    ingest = Ingest(store, boards, lambda: 100.0)
    took = []
    for second in range(ROUNDS + 1):
        batches = [
            Batch(header(first + i, class_id, False), (Point(second, 1.0, 600.0 + second + i % 60, power_w=200.0),))
            for i in range(LIVE)
        ]
        deliveries = [Delivery("tablet", wire.encode(batch)) for batch in batches]
        began = time.perf_counter()
        outcomes = ingest.accept(deliveries)
        took.append(time.perf_counter() - began)
        assert all(outcome.answer and outcome.answer.acknowledged == second + 1 for outcome in outcomes)
    return took[1:]  # the first has made the rides known


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, closing(Store.open(Path(directory) / "db")) as store:
        fill(store)
        boards = Boards(store, lambda _: LENGTH_S)
        began = time.perf_counter()
        assert boards.top("big", 100.0)
        load_s = time.perf_counter() - began
        in_class = rounds(store, boards, "big", 10 * RIDERS)
        free = rounds(store, boards, None, 20 * RIDERS)
        held = [store.held(header(10 * RIDERS + i, None, False).id) for i in range(LIVE)]
        began = time.perf_counter()
        standings = [boards.standings(one, 100.0) for one in held if one]
        standings_us = (time.perf_counter() - began) / LIVE * 1e6
        began = time.perf_counter()
        size = sum(len(dumps(one)) for one in standings) / LIVE
        json_us = (time.perf_counter() - began) / LIVE * 1e6
    figures = {
        "bench": "cloud_capacity",
        "load_12000_rides_s": round(load_s, 2),
        "standings_us": round(standings_us),
        "standings_json_us": round(json_us),
        "standings_bytes": round(size),
        "round_of_300_ms": round(float(np.median(in_class)) * 1000, 1),
        "round_of_300_without_standings_ms": round(float(np.median(free)) * 1000, 1),
        "ratio": round(float(np.median(in_class) / np.median(free)), 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
