"""Exactly once, whatever is lost, doubled, late or forgotten; and in an order that riders notice."""

import asyncio
import itertools
import math
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.cache import Cache
from sync.links import LinkDown
from sync.records import Answer, Point, RideHeader, Totals
from sync.sending import Sender
from tests.sync.ledger import Ledger, Wire


async def at_once(action, *arguments):
    return action(*arguments)


def sender(cache, link, on_disk=at_once):
    return Sender(cache, link, on_disk, wall=lambda: 1.0)


async def send_all(cache, link):
    sending = sender(cache, link)
    await sending.ask()
    while await sending.step(everything=True):
        pass


class PowerCut(BaseException):
    """The tablet dies."""


def dying(deaths):
    """Runs the cache's methods, and dies before some of them: also between the cloud's answer and its being kept."""

    async def on_disk(action, *arguments):
        if next(deaths, False):
            raise PowerCut
        return action(*arguments)

    return on_disk


rides = st.lists(st.tuples(st.integers(0, 1500), st.booleans()), min_size=1, max_size=4)
faults = st.lists(st.sampled_from(["", "", "batch", "answer", "twice", "stale", "forget"]), max_size=30)
deaths = st.lists(st.sampled_from([False, False, False, True]), max_size=40)


def put_rides(cache, lengths):
    for number, (seconds, finished) in enumerate(lengths):
        header = RideHeader(RideHeader.new_id(), "ada", "Ada", float(number), "climb")
        cache.begin_ride(header)
        cache.append(header.id, [Point(s, float(s), power_w=float(s % 300)) for s in range(seconds)])
        if finished:
            cache.finish_ride(header.id, number + 1.0, Totals(seconds))


@settings(deadline=None, max_examples=40)
@given(rides, faults, deaths)
def test_exactly_once_in_the_store(lengths, faults, deaths):
    async def live_and_die(cache):
        left_faults, left_deaths = iter(faults), iter(deaths)
        for _ in range(len(faults) + len(deaths)):
            sending = sender(cache, Wire(ledger, left_faults), dying(left_deaths))
            try:
                await sending.ask()
                while await sending.step():
                    pass
            except (LinkDown, PowerCut):
                continue
        await send_all(cache, Wire(ledger))

    ledger = Ledger()
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache.open(Path(folder) / "tablet.sqlite3")
        put_rides(cache, lengths)
        asyncio.run(live_and_die(cache))
        assert cache.waiting() == [] and cache.refused() == []
        for ride_id, _ in cache.positions():
            assert ledger.rides.get(ride_id, []) == cache.points(ride_id)
        assert len(ledger.finished) == sum(finished for _, finished in lengths)
        cache.close()


@pytest.mark.parametrize("lost", [1, 500])
async def test_a_cloud_that_lost_data_gets_it_again(cache, ride, lost):
    ledger = Ledger()
    headers = [ride(600) for _ in range(12)]
    await send_all(cache, Wire(ledger))
    ledger.forget(lost)
    await send_all(cache, Wire(ledger))
    assert {ride_id: len(points) for ride_id, points in ledger.rides.items()} == {one.id: 600 for one in headers}
    assert ledger.finished == {one.id for one in headers}


async def test_who_rides_now_does_not_wait_behind_old_rides(cache, ride, points):
    for _ in range(5):
        ride(3000)
    live, ledger = ride(1, finished=False), Ledger()
    sending = sender(cache, Wire(ledger))
    for second in range(1, 20):
        await sending.step()
        assert len(ledger.rides[live.id]) == second, "each turn carries the newest second first"
        cache.append(live.id, points(second, second + 1))
    assert sum(len(stored) for stored in ledger.rides.values()) > 5000, "and the old rides travel beside it"


async def test_the_newest_ride_that_is_over_goes_first(cache, ride):
    ride(3000)
    newest, ledger = ride(100), Ledger()
    await sender(cache, Wire(ledger)).step()
    assert list(ledger.rides) == [newest.id]


async def test_a_refused_ride_does_not_hold_up_the_others(cache, ride):
    refused, fine = ride(100), ride(100)
    ledger = Ledger(refuses={refused.id})
    await send_all(cache, Wire(ledger))
    assert list(ledger.rides) == [fine.id]
    assert cache.refused() == [(refused.id, "the ride belongs to another tablet")]
    assert len(cache.points(refused.id)) == 100, "it stays on the tablet"
    ledger.refuses.clear()
    cache.forgive()
    await send_all(cache, Wire(ledger))
    assert len(ledger.rides[refused.id]) == 100


async def test_a_second_that_is_missing_here_is_said(cache, ride, points):
    header, fine, ledger = ride(50, finished=False), ride(30), Ledger()
    cache.append(header.id, points(60, 70))  # the disk was full for ten seconds
    await send_all(cache, Wire(ledger))
    assert (len(ledger.rides[header.id]), len(ledger.rides[fine.id])) == (50, 30)
    assert cache.refused() == [(header.id, "second 50 of the ride is missing on this tablet")]


async def test_values_that_cannot_be_sent_hold_nothing_up(cache, ride):
    header, fine, ledger = ride(0, finished=False), ride(30), Ledger()
    cache.append(header.id, [Point(0, 1.0, power_w=math.inf)])
    await send_all(cache, Wire(ledger))
    assert (len(ledger.rides[header.id]), len(ledger.rides[fine.id])) == (0, 30)
    assert [ride_id for ride_id, _ in cache.refused()] == [header.id]


@pytest.mark.parametrize("finished", [True, False])
async def test_a_cloud_that_keeps_nothing_is_not_asked_for_ever(cache, ride, finished):
    class Forgetful(Ledger):
        def put(self, batch):
            super().put(batch)
            return Answer(batch.ride.id, 0, finished)

    ride(10)
    ledger = Forgetful()
    with pytest.raises(LinkDown, match="does not keep"):
        await send_all(cache, Wire(ledger))
    assert len(ledger.batches) < 6


async def test_a_discarded_ride_is_forgotten_quietly(cache, ride):
    header, ledger = ride(10), Ledger()
    calls = itertools.count()

    async def discarding(action, *arguments):
        found = action(*arguments)
        if next(calls) == 0:
            cache.discard_ride(header.id)  # after it was seen to be waiting
        return found

    await sender(cache, Wire(ledger), discarding).step()
    assert ledger.batches == []


async def test_a_free_ride_travels_a_few_seconds_at_a_time(cache, ride, points):
    header, ledger = ride(4, class_id=None, finished=False), Ledger()
    sending = sender(cache, Wire(ledger))
    await sending.step()
    assert ledger.batches == []
    cache.append(header.id, points(4, 5))
    await sending.step()
    assert len(ledger.rides[header.id]) == 5


async def test_a_failing_disk_is_not_taken_for_a_refusal(cache, ride):
    header = ride(10)

    async def full(action, *arguments):
        if action == cache.acknowledge:
            raise sqlite3.OperationalError("database or disk is full")
        return action(*arguments)

    with pytest.raises(sqlite3.OperationalError):
        await sender(cache, Wire(Ledger()), full).step()
    assert cache.refused() == [] and cache.waiting()[0].header.id == header.id
