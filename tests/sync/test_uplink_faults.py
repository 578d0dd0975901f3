"""The uplink on bad days: blocked, cut, frozen, refused, answered by strangers. The rides go on, and arrive."""

import asyncio
import dataclasses
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sync import http_link, mqtt_link
from sync.backoff import Backoff
from sync.http_link import HttpLink
from sync.links import LinkDown, LinkRefused
from sync.records import Batch, Enrolment, RideHeader
from sync.uplink import Uplink, UplinkState, links_of
from tests.sync.uplinks import broker_without_a_cloud, only, relay_to, running, stored


def broker_of(cloud):
    pid = cloud.process.pid
    [broker] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(broker)


async def ride_on(cache, uplink, points, header, first, last, every_s=0.02):
    for second in range(first, last):
        cache.append(header.id, points(second, second + 1))
        uplink.poke()
        await asyncio.sleep(every_s)


async def test_a_backlog_of_ten_thousand_points(cloud, cache, ride, enrol, link_name, until):
    enrolment, header = enrol(cloud), ride(10_000)
    async with running(cache, make_links=only(link_name)):
        await until(lambda: not cache.waiting())
    assert stored(cloud, enrolment, header.id) == list(range(10_000))


async def test_back_to_mqtt_when_it_is_no_longer_blocked(cloud, cache, ride, points, enrol, until):
    enrolment, header = enrol(cloud), ride(30, finished=False)
    async with relay_to(enrolment.mqtt_port, plugged=False) as relay:
        cache.save_enrolment(cloud.url, dataclasses.replace(enrolment, mqtt_port=relay.port))
        async with running(cache) as uplink:
            await until(lambda: not cache.waiting())
            assert uplink.status.link == "http"
            await relay.plug()
            await ride_on(cache, uplink, points, header, 30, 50)
            await until(lambda: uplink.status.link == "mqtt")
            await relay.pull()
            await ride_on(cache, uplink, points, header, 50, 70)
            await until(lambda: uplink.status.link == "http" and not cache.waiting())
            await relay.plug()
            await until(lambda: uplink.status.link == "mqtt")
    assert stored(cloud, enrolment, header.id) == list(range(70))


async def test_who_asks_for_it_does_not_wait(new_cloud, cache, ride, enrol, until):
    cloud = new_cloud()
    enrolment, header = enrol(cloud), ride(30)
    cloud.stop()
    patient = Backoff(first_s=600.0, most_s=600.0, least_s=600.0)
    async with running(cache, backoff=patient) as uplink:
        await until(lambda: uplink.status.state is UplinkState.OFFLINE)
        cloud.start()
        uplink.poke()
        await asyncio.sleep(0.2)
        assert uplink.status.state is UplinkState.OFFLINE, "a new second is no reason"
        uplink.hurry()
        await until(lambda: not cache.waiting())
    assert stored(cloud, enrolment, header.id) == list(range(30))


async def test_a_broker_that_answers_for_nobody_is_passed_over(cloud, cache, ride, enrol, until, tmp_path, monkeypatch):
    monkeypatch.setattr(mqtt_link, "ANSWER_WITHIN_S", 0.3)
    enrolment, header = enrol(cloud), ride(30)
    with broker_without_a_cloud(tmp_path, enrolment.tablet_id, enrolment.token) as port:
        cache.save_enrolment(cloud.url, dataclasses.replace(enrolment, mqtt_port=port))
        async with running(cache) as uplink:
            await until(lambda: not cache.waiting())
            for _ in range(20):  # while MQTT is tried again and again beside it
                await asyncio.sleep(0.05)
                assert (uplink.status.state, uplink.status.link) == (UplinkState.ONLINE, "http")
    assert stored(cloud, enrolment, header.id) == list(range(30))


async def test_a_broker_that_knows_us_not_is_no_reason_to_stop(cloud, cache, ride, enrol, until, tmp_path):
    enrolment, header = enrol(cloud), ride(30)
    with broker_without_a_cloud(tmp_path, "somebody", "else") as port:
        cache.save_enrolment(cloud.url, dataclasses.replace(enrolment, mqtt_port=port))
        async with running(cache) as uplink:
            await until(lambda: not cache.waiting())
            assert (uplink.status.state, uplink.status.link) == (UplinkState.ONLINE, "http")
    assert stored(cloud, enrolment, header.id) == list(range(30))


async def test_the_broker_dies_in_mid_stream(new_cloud, cache, ride, points, enrol, link_name, until):
    cloud = new_cloud()
    enrolment, header = enrol(cloud), ride(0, finished=False)
    async with running(cache, make_links=only(link_name)) as uplink:
        await until(lambda: uplink.status.state is UplinkState.ONLINE)
        await ride_on(cache, uplink, points, header, 0, 25)
        os.kill(broker_of(cloud), signal.SIGKILL)
        await ride_on(cache, uplink, points, header, 25, 50)
        await until(lambda: not cache.waiting())
    assert stored(cloud, enrolment, header.id) == list(range(50))


async def test_a_dead_cloud_is_noticed_though_nobody_rides(new_cloud, cache, enrol, link_name, until, monkeypatch):
    monkeypatch.setattr(http_link, "LOOK_AGAIN_S", 0.2)
    cloud = new_cloud()
    enrol(cloud)
    async with running(cache, make_links=only(link_name)) as uplink:
        await until(lambda: uplink.status.state is UplinkState.ONLINE)
        await asyncio.to_thread(cloud.stop, signal.SIGKILL)
        await until(lambda: uplink.status.state is UplinkState.OFFLINE)
        assert uplink.status.next_try_at and "sent when the cloud answers again" in uplink.status.remedy


async def test_a_frozen_broker_is_noticed(new_cloud, cache, enrol, until, monkeypatch):
    monkeypatch.setattr(mqtt_link, "KEEPALIVE_S", 1)
    cloud = new_cloud()
    enrol(cloud)
    async with running(cache, make_links=only("mqtt")) as uplink:
        await until(lambda: uplink.status.state is UplinkState.ONLINE)
        broker = broker_of(cloud)
        os.kill(broker, signal.SIGSTOP)
        await until(lambda: uplink.status.state is UplinkState.OFFLINE)
        os.kill(broker, signal.SIGCONT)
        await until(lambda: uplink.status.state is UplinkState.ONLINE)


async def test_a_refused_tablet_does_not_knock_at_every_second(cloud, cache, ride, points, enrol, until):
    enrolment, header = enrol(cloud), ride(0, finished=False)
    async with relay_to(enrolment.mqtt_port) as relay:
        cache.save_enrolment(cloud.url, dataclasses.replace(enrolment, token="wrong", mqtt_port=relay.port))
        async with running(cache) as uplink:
            await until(lambda: uplink.status.state is UplinkState.REFUSED)
            await ride_on(cache, uplink, points, header, 0, 40)
            await until(lambda: uplink.status.waiting_points == 40)
            assert relay.connections == 1
            assert uplink.status.state is UplinkState.REFUSED and "Enrol" in uplink.status.remedy
            cache.save_enrolment(cloud.url, enrolment)
            uplink.poke()
            await until(lambda: not cache.waiting())
    assert stored(cloud, enrolment, header.id) == list(range(40))


async def test_a_new_enrolment_is_followed_at_once(cloud, new_cloud, cache, ride, enrol, until):
    enrol(cloud)
    header = ride(20)
    async with running(cache) as uplink:
        await until(lambda: not cache.waiting())
        other = new_cloud()
        enrolment = enrol(other)
        uplink.poke()
        await until(lambda: stored(other, enrolment, header.id) == list(range(20)))


async def test_pushing_by_hand_does_not_throw_the_console_out(cloud, cache, ride, enrol, until):
    enrolment = enrol(cloud)
    async with relay_to(enrolment.mqtt_port) as relay:
        cache.save_enrolment(cloud.url, dataclasses.replace(enrolment, mqtt_port=relay.port))
        async with running(cache) as uplink:
            await until(lambda: uplink.status.link == "mqtt")
            header = ride(30)  # not poked: only the technician knows
            command = [sys.executable, "-m", "sync", "push", "--data", str(cache.path.parent)]
            await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
            assert stored(cloud, enrolment, header.id) == list(range(30))
            assert (uplink.status.state, uplink.status.link) == (UplinkState.ONLINE, "mqtt")
            assert relay.connections == 1


async def test_a_stumble_does_not_end_the_sending(cloud, cache, ride, enrol, until, caplog):
    enrolment, header, stumbles = enrol(cloud), ride(20), iter([RuntimeError("a mistake of ours")])

    def stumbling(*given):
        for error in stumbles:
            raise error
        return links_of(*given)

    async with running(cache, make_links=stumbling) as uplink:
        await until(lambda: not cache.waiting())
        assert uplink.status.error is None
    assert "a mistake of ours" in caplog.text
    assert stored(cloud, enrolment, header.id) == list(range(20))


async def test_a_tablet_without_a_cloud_waits_quietly(cache, ride, until, monkeypatch):
    ride(20)
    looked, look = [], cache.enrolment
    monkeypatch.setattr(cache, "enrolment", lambda: looked.append(1) or look())
    async with running(cache) as uplink:
        await until(lambda: uplink.status.state is UplinkState.NOT_ENROLLED)
        assert (uplink.status.waiting_rides, uplink.status.waiting_points) == (1, 20)
        uplink.poke()
        await until(lambda: len(looked) == 2)
        await asyncio.sleep(0.2)
        assert len(looked) == 2, "it looks once when poked, and does not spin"


async def test_poking_works_from_any_thread(cloud, cache, ride, enrol, until):
    enrol(cloud)
    async with running(cache) as uplink:
        await until(lambda: uplink.status.state is UplinkState.ONLINE)
        ride(5)
        threading.Thread(target=uplink.poke).start()
        await until(lambda: not cache.waiting())


def test_poking_after_the_end_harms_nobody(cache):
    uplink = Uplink(cache)

    async def briefly():
        task = asyncio.create_task(uplink.run())
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(briefly())
    uplink.poke()


STRANGERS = {
    "a captive portal": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nLog in",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n",
    "a proxy's refusal": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nForbidden",
    "a proxy's error": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
    "another server": b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    "no HTTP at all": b"SSH-2.0-OpenSSH_9.2\r\n",
    "a closed door": b"",
}


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_stranger_on_the_way_refuses_no_ride(stranger):
    async def answer(reader, writer):
        await reader.readline()
        writer.write(STRANGERS[stranger])
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        link = HttpLink(url, Enrolment("t", "secret", "127.0.0.1", 9))
        with pytest.raises(LinkDown):
            await link.open()
        link._client = await http_link.new_client(url, {}, 2.0)  # it comes between when the link is open already
        with pytest.raises(LinkDown):
            await link.send(Batch(RideHeader(RideHeader.new_id(), "r", "n", 1.0)))
        await link.close()


async def test_a_wrong_token_is_told_by_both_links(cloud, enrol, link_name):
    wrong = dataclasses.replace(enrol(cloud), token="wrong")
    [link] = only(link_name)(cloud.url, wrong, lambda standings: None)
    with pytest.raises(LinkRefused, match="token"):
        await link.open()
    await link.close()
