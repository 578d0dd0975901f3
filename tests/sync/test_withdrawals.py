"""A ride that its rider did not want to keep: gone from the tablet at once, and from the cloud when it answers."""

from sync.pull import pull
from sync.records import RideHeader
from sync.riders import GUEST_ID
from sync.uplink import Uplink, UplinkState
from tests.sync.uplinks import running, stored


def test_a_discarded_ride_waits_to_be_told_and_a_guests_does_not(cache, ride):
    mine, guests = ride(10), RideHeader(RideHeader.new_id(), GUEST_ID, "Guest", 1_700_000_000.0)
    cache.begin_ride(guests)
    for header in (mine, guests):
        cache.discard_ride(header.id)
        assert not cache.has_ride(header.id)
    cache.discard_ride("never heard of")
    assert cache.withdrawn() == [mine.id] and cache.waiting() == []


async def test_the_cloud_forgets_it_while_the_console_runs(cloud, cache, ride, enrol, until, monkeypatch):
    monkeypatch.setattr("sync.uplink.WITHDRAW_EVERY_S", 0.05)
    enrolment, kept, unwanted = enrol(cloud), ride(20), ride(10)
    async with running(cache):
        await until(lambda: not cache.waiting())
        cache.discard_ride(unwanted.id)
        await until(lambda: not cache.withdrawn())
    assert stored(cloud, enrolment, unwanted.id) == []
    assert stored(cloud, enrolment, kept.id) == list(range(20))


async def test_without_a_network_it_is_told_later_and_not_fetched_back(new_cloud, cache, ride, enrol, until):
    cloud = new_cloud()
    enrolment, unwanted = enrol(cloud), ride(10)
    await Uplink(cache).push()
    cloud.stop()
    cache.discard_ride(unwanted.id)
    async with running(cache) as uplink:
        await until(lambda: uplink.status.state is UplinkState.OFFLINE)
    assert cache.withdrawn() == [unwanted.id]
    cloud.start()
    assert await pull(cache) == [] and not cache.has_ride(unwanted.id)
    await Uplink(cache).push()
    assert cache.withdrawn() == [] and stored(cloud, enrolment, unwanted.id) == []
