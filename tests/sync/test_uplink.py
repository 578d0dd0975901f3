"""The uplink against a real cloud, over both links: everything arrives once, whatever breaks on the way."""

import asyncio
import dataclasses
import signal
import socket

import httpx
import pytest

from sync.backoff import Backoff
from sync.http_link import HttpLink
from sync.links import BatchRefused, LinkDown, LinkRefused
from sync.mqtt_link import MqttLink
from sync.records import Answer, Batch, Enrolment, RideHeader
from sync.uplink import UplinkState
from tests.sync.uplinks import only, running, stored


async def test_a_ride_arrives_whole(cloud, cache, ride, enrol, link_name, until):
    enrolment, header = enrol(cloud), ride(1500)
    async with running(cache, make_links=only(link_name)) as uplink:
        await until(lambda: not cache.waiting())
        assert uplink.status.state is UplinkState.ONLINE and uplink.status.link == link_name
    assert stored(cloud, enrolment, header.id) == list(range(1500))


async def test_each_second_travels_as_it_is_ridden_and_standings_come_back(
    cloud, cache, ride, points, enrol, link_name, until
):
    class_id = f"live-{link_name}"
    cloud.add_class(class_id)
    token = {"Authorization": f"Bearer {enrol(cloud).token}"}
    await until(lambda: httpx.get(f"{cloud.url}/v1/classes/{class_id}", headers=token).status_code == 200)
    header, heard = ride(0, class_id=class_id, finished=False), []
    async with running(cache, make_links=only(link_name), on_standings=heard.append) as uplink:
        await until(lambda: uplink.status.state is UplinkState.ONLINE)
        for second in range(5):
            cache.append(header.id, points(second, second + 1))
            uplink.poke()
            await until(lambda: not uplink.status.waiting_points and cache.standings(header.id) is not None)
        await until(lambda: any(standings.class_s == 5.0 for standings in heard))
    assert heard[-1].here_now.rank == 1 and heard[-1].all_time.rows[0].you
    assert cache.standings(header.id).ride_id == header.id


async def test_a_free_ride_travels_a_few_seconds_at_a_time(cloud, cache, ride, points, enrol, until):
    enrol(cloud)
    header = ride(3, class_id=None, finished=False)
    async with running(cache) as uplink:
        await until(lambda: uplink.status.state is UplinkState.ONLINE)
        assert cache.waiting()[0].acknowledged == 0
        cache.append(header.id, points(3, 6))
        uplink.poke()
        await until(lambda: not cache.waiting())


@pytest.mark.timeout(90)
async def test_the_cloud_dies_and_comes_back_in_mid_ride(new_cloud, cache, ride, points, enrol, link_name, until):
    cloud = new_cloud()
    enrolment, header = enrol(cloud), ride(10, finished=False)
    async with running(cache, make_links=only(link_name)) as uplink:
        await until(lambda: not cache.waiting())
        await asyncio.to_thread(cloud.stop, signal.SIGKILL)
        cache.append(header.id, points(10, 20))
        uplink.poke()
        await until(lambda: uplink.status.state is UplinkState.OFFLINE and uplink.status.waiting_points == 10)
        assert uplink.status.error and uplink.status.remedy
        await asyncio.to_thread(cloud.start)
        await until(lambda: not cache.waiting())
    assert stored(cloud, enrolment, header.id) == list(range(20))


async def test_mqtt_blocked_goes_over_http(cloud, cache, ride, enrol, until):
    enrolment, header = enrol(cloud), ride(30)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        blocked = dataclasses.replace(enrolment, mqtt_port=taken.getsockname()[1])
        cache.save_enrolment(cloud.url, blocked)
        async with running(cache) as uplink:
            await until(lambda: not cache.waiting())
            assert uplink.status.link == "http"
    assert stored(cloud, enrolment, header.id) == list(range(30))


async def test_a_refused_token_is_said_and_nothing_is_lost(cloud, cache, ride, enrol, link_name, until):
    wrong = dataclasses.replace(enrol(cloud), token="wrong")
    cache.save_enrolment(cloud.url, wrong)
    header = ride(30)
    async with running(cache, make_links=only(link_name)) as uplink:
        await until(lambda: uplink.status.state is UplinkState.REFUSED)
        assert "Enrol" in uplink.status.remedy
        enrolment = enrol(cloud)
        uplink.poke()
        await until(lambda: not cache.waiting())
    assert stored(cloud, enrolment, header.id) == list(range(30))


async def test_a_lower_answer_is_believed(new_cloud, cache, ride, enrol, until):
    """The cloud lost its data: the tablet sends everything again."""
    cloud = new_cloud()
    enrol(cloud)
    headers = [ride(40) for _ in range(3)]
    async with running(cache):
        await until(lambda: not cache.waiting())
    other = new_cloud()
    enrolment = enrol(other)
    async with running(cache):
        await until(lambda: all(len(stored(other, enrolment, header.id)) == 40 for header in headers))


async def test_the_same_batch_twice_is_stored_once(cloud, cache, ride, enrol, link_name):
    enrolment, header = enrol(cloud), ride(30)
    [link] = only(link_name)(cloud.url, enrolment, lambda standings: None)
    await link.open()
    batch = cache.batch(header.id, 0, 20)
    assert [(await link.send(batch)).acknowledged for _ in range(3)] == [20, 20, 20]
    gap = cache.batch(header.id, 25, 5)
    assert (await link.send(gap)).acknowledged == 20, "after a gap nothing is stored"
    answer = await link.send(Batch(header))
    assert answer.acknowledged == 20, "an empty batch asks"
    await link.close()
    assert stored(cloud, enrolment, header.id) == list(range(20))


async def test_a_ride_of_another_tablet_is_refused_and_the_others_go_on(cloud, cache, ride, enrol, link_name, until):
    first, header = enrol(cloud), ride(10)
    [link] = only(link_name)(cloud.url, first, lambda standings: None)
    await link.open()
    await link.send(cache.batch(header.id, 0, 10))
    await link.close()
    enrol(cloud)
    mine = ride(20)
    async with running(cache, make_links=only(link_name)):
        await until(lambda: not cache.waiting())
    assert [refused[0] for refused in cache.refused()] == [header.id]
    assert {summary.header.id for summary in cache.rides("ada")} == {header.id, mine.id}, "both are still here"


async def test_a_link_to_nothing_says_so():
    nobody = Enrolment("t", "secret", "127.0.0.1", 9)
    for link in (MqttLink(nobody), HttpLink("http://127.0.0.1:9", nobody)):
        with pytest.raises(LinkDown, match="does not answer"):
            await link.open()
        with pytest.raises(LinkDown):
            await link.send(Batch(RideHeader(RideHeader.new_id(), "r", "n", 1.0)))
        await link.close()


def test_errors_say_what_to_do():
    assert all(kind("x").remedy.endswith(".") for kind in (LinkDown, LinkRefused, BatchRefused))
    assert Answer("r", 0).standings is None


def test_backoff_grows_up_to_its_ceiling_and_starts_anew():
    backoff = Backoff(first_s=1, most_s=30, least_s=0.2, uniform=lambda low, high: high)
    assert [backoff.next_s() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    backoff.reset()
    assert backoff.next_s() == 1
