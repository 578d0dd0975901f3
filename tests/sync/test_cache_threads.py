"""One file, many hands: the screen reads, the ride writes, the uplink moves positions, a technician looks in."""

import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync.cache import Cache
from sync.records import Answer, Point

SECONDS = 400


@pytest.fixture
def header(ride):
    return ride(0, finished=False)


def test_two_writers_lose_nothing(cache, header):
    done = threading.Event()

    def acknowledge() -> int:
        answers = 0
        while not done.is_set():
            cache.acknowledge(Answer(header.id, answers))
            answers += 1
        return answers

    with ThreadPoolExecutor() as threads:
        acknowledging = threads.submit(acknowledge)
        try:
            for second in range(SECONDS):
                cache.append(header.id, [Point(second, float(second))])
        finally:
            done.set()
        assert acknowledging.result() > 0
    assert [point.second for point in cache.points(header.id)] == list(range(SECONDS))


def test_a_reader_does_not_wait_for_a_writer(cache, header):
    with cache.writing() as db, ThreadPoolExecutor() as threads:
        db.execute("UPDATE rides SET rider_name = 'Bo'")
        began = time.monotonic()
        seen = threads.submit(cache.unfinished_ride).result(timeout=5)
        assert time.monotonic() - began < 1.0
    assert seen.rider_name == "Ada", "what is not committed is not seen"
    assert cache.unfinished_ride().rider_name == "Bo"


HOLDER = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
time.sleep(0.3)
db.execute("COMMIT")
"""


def test_a_writer_waits_for_another_program(cache, header):
    command = [sys.executable, "-c", HOLDER, str(cache.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        holder.stdin.write("let go\n")
        holder.stdin.flush()
        cache.append(header.id, [Point(0, 1.0)])
    assert len(cache.points(header.id)) == 1


def test_an_error_leaves_nothing_half_done(cache, ride, points):
    header = ride(10, finished=False)
    with pytest.raises(sqlite3.Error), cache.writing() as db:
        cache.append(header.id, points(10, 20))
        db.execute("INSERT INTO nowhere VALUES (1)")
    assert len(cache.points(header.id)) == 10
    cache.append(header.id, points(10, 12))
    assert len(cache.points(header.id)) == 12, "and the next one works"


def test_a_ride_that_is_not_here_cannot_be_continued(cache, points):
    with pytest.raises(KeyError):
        cache.append("0" * 32, points(0, 1))
    with pytest.raises(KeyError):
        cache.ride("0" * 32)


def test_many_programs_may_open_a_new_file_at_once(tmp_path):
    path = tmp_path / "new" / "tablet.sqlite3"
    with ThreadPoolExecutor(8) as threads:
        caches = list(threads.map(lambda _: Cache.open(path), range(8)))
    for cache in caches:
        assert cache.set_aside is None and cache.riders() == []
        cache.close()


def test_what_is_closed_stays_closed(cache):
    cache.riders()
    cache.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        cache.riders()
    with ThreadPoolExecutor() as threads, pytest.raises(sqlite3.ProgrammingError, match="closed"):
        threads.submit(cache.riders).result()
    assert not cache.path.with_name(f"{cache.path.name}-wal").exists(), "everything is in the one file"
