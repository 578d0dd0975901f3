"""How long one Point takes until it is on the disk, beside a bare write of one page with fsync in the same folder.

Three ways: as the cache does it (WAL, synchronous FULL), with the uplink moving positions at the same time, and with
synchronous NORMAL, which survives a killed program but not a pulled plug. Also the start with a year of rides.

Run: python tests/bench/sync_commit.py [--folder ON_THE_DISK_TO_MEASURE]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from sync.cache import Cache
from sync.records import Answer, Board, Point, RideHeader, Standings, StandingsRow, Totals

SECONDS, RIDES, RIDE_S = 1000, 400, 2700


def point(second: int) -> Point:
    return Point(second, 1.7e9 + second, float(second), 85.2, 40.1, 201.3, 141.0)


def begin(cache: Cache, number: int = 0) -> RideHeader:
    header = RideHeader(RideHeader.new_id(), "ada", "Ada", 1.7e9 + number, "climb")
    cache.begin_ride(header)
    return header


def bare(folder: Path) -> list[float]:
    """Seconds for appending one page to a file and waiting for the disk."""
    took, page = [], os.urandom(4096)
    with (folder / "bare").open("wb", buffering=0) as file:
        for _ in range(SECONDS):
            began = time.perf_counter()
            file.write(page)
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return took


def append(cache: Cache, header: RideHeader) -> list[float]:
    took = []
    for second in range(SECONDS):
        one = [point(second)]
        began = time.perf_counter()
        cache.append(header.id, one)
        took.append(time.perf_counter() - began)
    return took


def beside_the_uplink(cache: Cache, header: RideHeader) -> list[float]:
    """As in a class at many times its speed: each second is acknowledged, with standings, while the next is kept."""
    rows = tuple(StandingsRow(rank, f"Rider {rank}", 300.0 - rank) for rank in range(8))
    standings = Standings("climb", header.id, 1.0, 1.0, Board(300, 4, rows), Board(12_000, 800, rows))
    done = threading.Event()

    def acknowledge() -> None:
        second = 0
        while not done.wait(0.01):
            cache.acknowledge(Answer(header.id, second, False, None, standings), time.time())
            second += 1

    thread = threading.Thread(target=acknowledge)
    thread.start()
    try:
        return append(cache, header)
    finally:
        done.set()
        thread.join()


def opening(folder: Path) -> tuple[float, float, float]:
    """Megabytes of a cache with many rides, and seconds to open it closed in order, and after a crash."""
    path = folder / "years.sqlite3"
    cache = Cache.open(path)
    with cache.writing():
        for number in range(RIDES):
            header = begin(cache, number)
            cache.append(header.id, [point(second) for second in range(RIDE_S)])
            cache.finish_ride(header.id, header.started_at + RIDE_S, Totals(RIDE_S, 500.0))
    cache.close()
    took = []
    for crashed in (False, True):
        if crashed:
            path.with_name(f"{path.name}-wal").touch()
        began = time.perf_counter()
        cache = Cache.open(path)
        took.append(time.perf_counter() - began)
        cache.close()
    return path.stat().st_size / 1e6, took[0], took[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("build"), help="on the disk to measure")
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as directory:
        folder = Path(directory)
        cache = Cache.open(folder / "tablet.sqlite3")
        measured = {"fsync": bare(folder), "commit": append(cache, begin(cache))}
        measured["beside_uplink"] = beside_the_uplink(cache, begin(cache))
        cache.db.execute("PRAGMA synchronous = NORMAL")
        measured["normal"] = append(cache, begin(cache))
        cache.close()
        megabytes, in_order_s, crashed_s = opening(folder)
    figures = {
        f"{name}_p{percent}_ms": round(float(np.percentile(took, percent)) * 1000, 2)
        for name, took in measured.items()
        for percent in (50, 99)
    }
    figures |= {f"ratio_p{p}": round(figures[f"commit_p{p}_ms"] / figures[f"fsync_p{p}_ms"], 1) for p in (50, 99)}
    figures |= {
        "open_mb": round(megabytes),
        "open_ms": round(in_order_s * 1000),
        "open_crashed_ms": round(crashed_s * 1000),
    }
    print(json.dumps({"bench": "sync_commit", **figures}))


if __name__ == "__main__":
    main()
