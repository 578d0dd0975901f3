"""The tablet's file: what was kept is there again, whatever happens to the program or the file."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sync.cache import Cache, CacheTooNew
from sync.records import Answer, Board, FitnessClass, Point, Quality, Segment, StandingsRow
from sync.riders import GUEST, GUEST_ID, Rider

DATABASES = Path(__file__).parent.parent / "databases"
CLIMB = FitnessClass("climb", "Sunset Climb", "Ines", "Hills", 2, "Pop", "ridges", 1, 600, (Segment("Go", 600),), "/m")


def test_points_come_back_as_they_were_kept(cache, ride, points):
    header = ride(30, finished=False)
    assert cache.points(header.id) == points(0, 30)
    assert cache.unfinished_ride() == header


def test_a_second_is_kept_once(cache, ride, points):
    header = ride(10, finished=False)
    cache.append(header.id, points(8, 12, power_w=999.0))
    assert [p.power_w for p in cache.points(header.id)] == [p.power_w for p in points(0, 10)] + [1009.0, 999.0]


def test_absent_values_stay_absent(cache, ride):
    header = ride(0, finished=False)
    cache.append(header.id, [Point(0, 1.0)])
    assert cache.points(header.id) == [Point(0, 1.0, None, None, None, None, None)]


def test_history_is_newest_first_and_knows_the_best(cache, ride):
    cache.put_classes([CLIMB])
    slow, fast = ride(60), ride(120)
    shown = cache.rides("ada")
    assert {(s.header.id, s.is_best, s.title) for s in shown} == {
        (slow.id, False, "Sunset Climb"),
        (fast.id, True, "Sunset Climb"),
    }
    best = cache.best_ride("ada", "climb")
    assert best and best.header.id == fast.id
    assert cache.rides("someone else") == []


def test_left_off_is_the_newest_class_that_was_not_ridden_to_its_end(cache, ride):
    cache.put_classes([CLIMB])
    header = ride(120)
    summary, class_s = cache.left_off("ada")
    assert (summary.header.id, class_s) == (header.id, 120.0)
    ride(590)
    assert cache.left_off("ada") is None, "what was ridden to its end is not left off"


def test_a_discarded_ride_is_gone_with_its_points(cache, ride):
    header = ride(60)
    cache.discard_ride(header.id)
    assert cache.rides("ada") == [] and cache.points(header.id) == [] and cache.waiting() == []


def test_riders(cache):
    ada = Rider("a", "Ada Lovelace", colour=2, pin_hash="x", birth_year=1990, created_at=1.0)
    cache.save_rider(ada)
    cache.save_rider(Rider("b", "Bo", created_at=2.0))
    assert [r.name for r in cache.riders()] == ["Ada Lovelace", "Bo"]
    assert [r.initials for r in cache.riders()] == ["AL", "BO"]
    cache.delete_rider("a")
    assert [r.id for r in cache.riders()] == ["b"]
    with pytest.raises(ValueError, match="guest"):
        cache.save_rider(GUEST)


def test_the_catalogue_is_replaced_whole(cache):
    cache.put_classes([CLIMB])
    assert cache.fitness_class("climb") == CLIMB and cache.classes() == [CLIMB]
    cache.put_classes([])
    assert cache.fitness_class("climb") is None
    board = Board(2, None, (StandingsRow(1, "Ada", 300.5),))
    cache.put_leaders("climb", board)
    assert cache.leaders("climb") == board and cache.leaders("other") is None


def test_settings_and_sensors_survive_a_restart(cache):
    cache.set_setting("volume", 40)
    cache.save_sensor("serial:///dev/x", "Bike", "bike")
    path = cache.path
    cache.close()
    again = Cache.open(path)
    assert again.setting("volume") == 40 and again.setting("nothing", "default") == "default"
    assert again.sensors() == [("serial:///dev/x", "Bike", "bike")]
    again.close()


def test_positions(cache, ride):
    header = ride(100)
    [waiting] = cache.waiting()
    assert (waiting.header.id, waiting.acknowledged, waiting.points) == (header.id, 0, 100)
    assert [p.second for p in cache.batch(header.id, 90, 600).points] == list(range(90, 100))
    cache.acknowledge(Answer(header.id, 60, finished=True))
    assert cache.waiting()[0].acknowledged == 60, "an end without all seconds is not whole"
    cache.acknowledge(Answer(header.id, 100, finished=False))
    assert len(cache.waiting()) == 1
    cache.acknowledge(Answer(header.id, 100, finished=True))
    assert cache.waiting() == [] and not cache.rides("ada")[0].waiting
    cache.acknowledge(Answer(header.id, 40, finished=True))
    assert cache.waiting()[0].acknowledged == 40, "the cloud's word is believed also when it holds less"


def test_a_guests_ride_is_never_sent(cache, ride):
    ride(30, rider_id=GUEST_ID)
    assert cache.waiting() == []


def test_a_refused_ride_stays_here_and_is_not_sent_again(cache, ride):
    header = ride(30)
    cache.refuse(header.id, "belongs to another tablet")
    assert cache.waiting() == [] and len(cache.points(header.id)) == 30
    assert cache.refused() == [(header.id, "belongs to another tablet")]


def test_the_file_is_for_its_owner_only(cache):
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o600


def test_readers_in_other_threads_see_what_was_committed(cache, ride):
    header = ride(5, finished=False)
    seen = []
    reader = threading.Thread(target=lambda: seen.append(len(cache.points(header.id))))
    reader.start()
    reader.join()
    assert seen == [5]


WRITER = """
import sys
from pathlib import Path
from sync.cache import Cache
from sync.records import Point, RideHeader
cache = Cache.open(Path(sys.argv[1]))
header = RideHeader(RideHeader.new_id(), "ada", "Ada", 1.0)
cache.begin_ride(header)
second = 0
while True:
    cache.append(header.id, [Point(second, float(second), None, 90.0)])
    print(second, flush=True)
    second += 1
"""


def test_kill_9_loses_nothing_that_was_committed(tmp_path):
    path = tmp_path / "tablet.sqlite3"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    told = [int(writer.stdout.readline()) for _ in range(50)][-1]
    os.kill(writer.pid, signal.SIGKILL)
    told = max([told, *(int(line) for line in writer.stdout.read().split())])
    writer.wait()
    writer.stdout.close()
    cache = Cache.open(path)
    header = cache.unfinished_ride()
    assert header is not None
    kept = [point.second for point in cache.points(header.id)]
    assert kept == list(range(len(kept))) and len(kept) >= told + 1
    cache.close()


@pytest.mark.parametrize("damage", ["garbage", "truncated", "page"])
def test_a_damaged_file_is_set_aside_and_kept(cache, ride, damage):
    ride(2000)
    path = cache.path
    cache.close()
    whole = path.read_bytes()
    if damage == "garbage":
        broken = b"not a database, but long enough to look like one" * 100
    elif damage == "truncated":
        broken = whole[: len(whole) // 2]
    else:
        broken = whole[: 4096 * 3] + b"\xff" * 4096 + whole[4096 * 4 :]
    path.write_bytes(broken)
    again = Cache.open(path)
    assert again.set_aside is not None and again.set_aside.read_bytes() == broken
    assert again.riders() == [] and again.unfinished_ride() is None
    again.close()


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_newer_file_is_refused_and_left_untouched(cache, journal):
    path = cache.path
    cache.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.execute(f"PRAGMA journal_mode = {journal}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(CacheTooNew, match="newer version") as refused:
        Cache.open(path)
    assert "Update" in refused.value.remedy
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path], "nothing is left beside it"


@pytest.mark.parametrize("old", sorted(DATABASES.glob("tablet-*.sql")), ids=lambda path: path.stem)
def test_databases_of_all_older_versions_open(tmp_path, old):
    path = tmp_path / "tablet.sqlite3"
    db = sqlite3.connect(path)
    db.executescript(old.read_text())
    db.close()
    cache = Cache.open(path)
    assert cache.set_aside is None
    [summary] = cache.rides("ada")
    assert (summary.totals.seconds, len(cache.points(summary.header.id))) == (3, 3)
    cache.put_quality(summary.header.id, Quality(stalls=1))
    assert cache.quality(summary.header.id) == Quality(stalls=1) and cache.waiting_quality() == []
    cache.close()
