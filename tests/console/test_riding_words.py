"""What riders are told: the rows of a leaderboard, alerts, goals, links, and what a ride came to."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.alerts import bike_alert
from console.board import Kind, board_rows, signed
from console.goal import Goal, choices, goal_line, goal_words
from console.link_words import FrameRate, age_words, link_words, size_words, wire
from console.recap import asks_to_keep, compare, cool_down, headline, picture_words, rank_words, sync_state, tiles
from console.ride import Now, Reading, Ride, RideState
from drivers.errors import PortForbidden
from drivers.sensor import LinkState, SensorStatus
from sync.cache import Cache
from sync.records import Board, Quality, Standings, StandingsRow, Totals
from tests.gallery import seed

FRESH = Reading(200.0, False, "bike", 1.0)


def board(my_rank, others, my_kj=178.0, count=318):
    rows = [StandingsRow(rank, name, my_kj + ahead) for rank, name, ahead in others]
    rows.append(StandingsRow(my_rank, "Marta", my_kj, True))
    return Board(count, my_rank, tuple(sorted(rows, key=lambda row: row.rank)))


NEAR = board(41, [(1, "alp_anna", 58), (39, "ana", 4), (40, "Lou", 2), (42, "tom", -1), (43, "Witch", -6)])


def test_a_board_shows_the_leader_apart_and_the_riders_around_me():
    rows = board_rows(NEAR, 178.4, None, 6)
    assert [(row.rank, row.name, row.value) for row in rows] == [
        ("1", "alp_anna", "+58"),
        ("39", "ana", "+4.0"),
        ("40", "Lou", "+2.0"),
        ("41", "You", "178 kJ"),
        ("42", "tom", "−1.0"),
        ("43", "Witch", "−6.0"),
    ]
    assert [row.apart for row in rows] == [True, False, False, False, False, False]


def test_a_small_board_keeps_only_my_neighbours():
    assert [row.name for row in board_rows(NEAR, 178.0, None, 3)] == ["Lou", "You", "tom"]


def test_my_own_best_rides_along_where_it_stands():
    rows = board_rows(NEAR, 178.0, 175.5, 7)
    ghost = next(row for row in rows if row.kind is Kind.GHOST)
    assert (ghost.rank, ghost.name, ghost.value) == ("", "Your best", "−2.5")
    assert [row.name for row in rows].index("Your best") == [row.name for row in rows].index("tom") + 1


def test_second_of_a_board_sees_the_leader_as_a_neighbour():
    rows = board_rows(board(2, [(1, "alp_anna", 5), (3, "Lou", -4)]), 178.0, None, 7)
    assert [row.name for row in rows] == ["alp_anna", "You", "Lou"] and not rows[0].apart


others = st.lists(st.floats(-200, 200, allow_nan=False), min_size=0, max_size=12, unique=True)


@given(others, st.integers(1, 9), st.one_of(st.none(), st.floats(0, 400)))
def test_i_am_always_on_my_board_and_it_is_never_too_long(ahead, places, ghost_kj):
    order = sorted([*ahead, 0.0], reverse=True)
    rank = order.index(0.0) + 1
    rows = [(order.index(kj) + 1, f"r{i}", kj) for i, kj in enumerate(ahead) if order.index(kj) + 1 != rank]
    shown = board_rows(board(rank, rows), 178.0, ghost_kj, places)
    assert len(shown) <= places and [row.kind for row in shown].count(Kind.ME) == 1
    ranks = [int(row.rank) for row in shown if row.rank]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("kj", "words"), [(0.04, "0"), (-0.04, "0"), (2.06, "+2.1"), (-9.9, "−9.9"), (9.97, "+10"), (-58.4, "−58")]
)
def test_differences_read_like_a_riders(kj, words):
    assert signed(kj) == words


def now(**readings):
    fields = {name: Reading() for name in ("cadence_rpm", "resistance_pct", "power_w", "heart_rate_bpm")} | readings
    return Now(RideState.RIDING, None, 75.0, speed_kmh=None, totals=Totals(), **fields)


def paired(state, kind="bike", error=None):
    return SimpleNamespace(kind=kind, status=SensorStatus("u", "Bike", state, error))


def test_a_bike_that_speaks_is_no_news():
    assert bike_alert(now(power_w=FRESH), [paired(LinkState.RECEIVING)], True) is None
    assert bike_alert(now(power_w=replace(FRESH, stale=True)), [paired(LinkState.LOST)], True) is None, "stale is muted"


def test_a_lost_bike_says_that_the_class_goes_on_and_stays_until_it_is_back():
    alert = bike_alert(now(power_w=Reading(source="bike")), [paired(LinkState.LOST)], True)
    assert (alert.what, alert.action, alert.lasts_s) == ("Bike signal lost", "Check bike", None)
    assert "the class goes on" in alert.remedy


def test_what_only_the_rider_can_mend_is_said_with_its_remedy():
    error = PortForbidden("The port is locked", "Add yourself to the group dialout.")
    alert = bike_alert(now(), [paired(LinkState.NEEDS_RIDER, error=error)], True)
    assert (alert.what, alert.remedy) == ("The port is locked", "Add yourself to the group dialout.")


def test_no_bike_at_all_is_said_once_not_for_a_whole_ride():
    for kind in ("heart", "heart rate"):
        alert = bike_alert(now(), [paired(LinkState.RECEIVING, kind)], False)
        assert alert.what == "No bike is paired" and alert.lasts_s is not None
    alert = bike_alert(now(heart_rate_bpm=FRESH), [paired(LinkState.RECEIVING, "heart rate")], False)
    assert alert.what == "Only your heart is measured" and "stay unknown" in alert.remedy


def test_goals_count_down_and_are_kept():
    ridden = replace(now(), totals=Totals(75, 273.4), elapsed_s=75.0)
    assert goal_line(Goal("output", 300), ridden, "metric") == "Goal 300 kJ, 27 to go"
    assert goal_line(Goal("time", 1200), ridden, "metric") == "Goal 20 min, 19 min to go"
    assert goal_line(Goal("output", 200), ridden, "metric") == "Goal 200 kJ reached"
    assert goal_line(Goal(), ridden, "metric") == "Set a goal"
    for goal in choices("metric") + choices("imperial"):
        assert Goal.from_key(goal.key) == goal
    assert Goal.from_key("nonsense") == Goal.from_key(None) == Goal.from_key("time soon") == Goal()


def test_goals_come_in_the_riders_units():
    assert goal_words(choices("imperial")[-1], "imperial") == "20 mi"
    assert goal_words(choices("metric")[-1], "metric") == "30 km"


def test_a_link_says_its_state_its_reason_and_its_remedy():
    silent = SensorStatus("u", "Strap", LinkState.SILENT, bytes_seen=4100, frames_ok=800)
    assert link_words(silent, "heart").words == "No beat" and "Wet the pads" in link_words(silent, "heart").remedy
    silent.frames_ok = 0
    odd = link_words(silent, "bike")
    assert odd.words == "Not understood" and "4.1 kB" in odd.remedy and "firmware" in odd.remedy
    receiving = link_words(SensorStatus("u", "Bike", LinkState.RECEIVING), "bike")
    assert (receiving.words, receiving.remedy) == ("Receiving", "")
    error = PortForbidden("The port is locked.", "Add yourself to the group dialout.")
    needs = link_words(SensorStatus("u", "Bike", LinkState.NEEDS_RIDER, error), "bike")
    assert needs.remedy == "The port is locked. Add yourself to the group dialout."


def test_wires_sizes_and_ages_read_like_a_technicians():
    assert wire("serial:///dev/ttyUSB0?protocol=peloton", "bike") == "Cable at ttyUSB0"
    assert wire("ble://C4:11", "heart rate") == wire("ble://C4:11", "heart") == "Heart rate, Bluetooth"
    assert [size_words(n) for n in (512, 4100, 1_234_567)] == ["512", "4.1 kB", "1.2 MB"]
    assert [age_words(s) for s in (None, 0.13, 48.2, 720)] == ["–", "0.1 s", "48 s", "12 min"]
    rate = FrameRate()
    assert rate.look(10.0, 100) == 0.0 and rate.look(12.0, 120) == pytest.approx(10.0)


@pytest.fixture
def cache(tmp_path):
    cache = Cache.open(tmp_path / "tablet.sqlite3")
    cache.put_classes(seed.catalogue())
    cache.save_rider(seed.MARTA)
    yield cache
    cache.close()


def ride(cache, strength, days=0.0, class_id="first-ten", seconds=600):
    one = cache.fitness_class(class_id) if class_id else None
    at = datetime.now() - timedelta(days=days, seconds=seconds + 1)
    return cache.ride(seed.add_ride(cache, seed.MARTA, one, at, seconds, strength))


def test_a_ride_is_compared_with_the_best_of_the_others(cache):
    first = ride(cache, 1.0, days=9)
    assert compare(cache, first).words == "Your first time here" and not compare(cache, first).best
    ride(cache, 0.8, days=5)
    better = ride(cache, 1.2)
    comparison = compare(cache, better)
    assert comparison.best and comparison.other.header == first.header
    gained = better.totals.kj - first.totals.kj
    assert comparison.words.startswith(f"+{gained:.0f} kJ since" if gained >= 9.95 else f"+{gained:.1f} kJ since")
    assert "below your best" in compare(cache, ride(cache, 1.1)).words
    assert compare(cache, ride(cache, 1.0, class_id=None)).other is None, "free rides are not compared"


def test_tiles_show_dashes_for_what_nobody_measured(cache):
    free = ride(cache, 1.0, class_id=None)
    measured = tiles(free, "metric")
    assert [tile.label for tile in measured] == ["Output", "Cadence", "Resistance", "Heart", "Distance", "Energy"]
    assert measured[0].value == str(round(free.totals.power_w.average)) and measured[0].second.startswith("max ")
    assert tiles(free, "imperial")[4].unit == "mi"
    unmeasured = tiles(replace(free, totals=Totals(240)), "metric")
    assert {tile.value for tile in unmeasured} == {"–"} and {tile.second for tile in unmeasured} == {"not measured"}


@pytest.mark.parametrize(
    ("waiting", "state", "words"),
    [
        (False, "ONLINE", "Saved here and in the cloud"),
        (True, "ONLINE", "Saved here, on its way to the cloud"),
        (True, "OFFLINE", "Saved here. Waiting for network"),
        (True, "REFUSED", "Saved here. The cloud refuses this tablet"),
        (True, "NOT_ENROLLED", "Saved here"),
    ],
)
def test_where_a_ride_is_kept_in_words(cache, waiting, state, words):
    uplink = SimpleNamespace(state=SimpleNamespace(name=state))
    assert sync_state(replace(ride(cache, 1.0), waiting=waiting), uplink).words == words


def test_a_class_that_was_left_is_not_called_complete(cache):
    now_s, five_minutes = datetime.now().timestamp(), replace(cache.fitness_class("first-ten"), duration_s=300)
    for seconds, title in ((23, "Ride ended early"), (290, "Ride ended early"), (296, "Ride complete")):
        short = ride(cache, 1.0, seconds=seconds)
        words = headline(short, five_minutes, cache.points(short.header.id), now_s)
        assert words[0] == title
        assert ("of 5:00" in words[1]) is (title == "Ride ended early")
    assert headline(short, None, [], now_s)[0] == "Ride ended", "nobody knows how long the class was"
    free = ride(cache, 1.0, class_id=None, seconds=300)
    assert headline(free, None, cache.points(free.header.id), now_s)[0] == "Ride complete"


def test_short_rides_are_asked_about_while_they_are_fresh(cache):
    now_s = datetime.now().timestamp()
    assert asks_to_keep(ride(cache, 1.0, seconds=59), now_s)
    assert not asks_to_keep(ride(cache, 1.0, seconds=60), now_s)
    assert not asks_to_keep(ride(cache, 1.0, days=3, seconds=40), now_s)


def test_ranks_and_cool_downs():
    standings = Standings("c", "r", 600.0, 0.0, Board(318, 41), Board(12_408, 4031))
    assert rank_words(standings) == ("Rank 41 of 318 here", "Rank 41")
    assert rank_words(replace(standings, here_now=Board(1, 1))) == ("Rank 4,031 of 12,408 ever", "Rank 4,031")
    alone = replace(standings, here_now=Board(1, 1), all_time=Board(1, 1))
    assert rank_words(alone) == ("First in this class", "First here")
    assert rank_words(None) == ("", "")
    classes = seed.catalogue()
    hard = next(one for one in classes if one.effort == 3)
    assert cool_down(classes, hard).effort == 1
    assert cool_down(classes, next(one for one in classes if one.effort == 1)) is None


def test_the_engine_and_the_alert_agree_on_silence():
    """Five seconds after the bike's last word the alert is there; the engine decides, nobody else."""
    engine = Ride()
    engine.start(0.0)
    engine.feed(seed_sample(0.5))
    engine.advance(5.6, 0.0)
    assert bike_alert(engine.now(1.0), [paired(LinkState.SILENT)], True) is None
    assert bike_alert(engine.now(5.6), [paired(LinkState.SILENT)], True).what == "Bike signal lost"


def seed_sample(at_s):
    from drivers.sample import Sample

    return Sample(at_s, "bike", cadence_rpm=90.0, power_w=200.0)


@pytest.mark.parametrize(
    ("quality", "words"),
    [
        (None, ""),
        (Quality(startup_s=0.5, played_s=1700.0, stalled_s=1.2, stalls=1), ""),
        (Quality(startup_s=0.5, played_s=1700.0, stalled_s=18.4, stalls=3), "the picture stood for 0:18"),
        (Quality(), "without a picture"),
    ],
)
def test_a_picture_that_stood_is_told_in_a_few_words(quality: Quality | None, words: str) -> None:
    assert picture_words(quality) == words
