"""The catalogue follows the cloud, and stays when the cloud is gone."""

import asyncio
import dataclasses
import shutil
import time

import pytest

from sync.catalogue import Catalogue
from sync.enrol import EnrolmentFailed
from sync.enrol import enrol as enrol_tablet
from sync.http_link import new_client
from sync.records import Board
from sync.uplink import Uplink


async def shown(cache, catalogue, expected):
    """The cloud looks at its shelf only now and then."""

    async def look():
        while {known.id for known in cache.classes()} != expected:
            assert await catalogue.refresh()
            await asyncio.sleep(0.05)

    await asyncio.wait_for(look(), 15)


async def test_classes_come_and_go_with_the_clouds(new_cloud, cache, enrol):
    cloud, changes = new_cloud(), []
    hills = cloud.add_class("hills", title="Sunset Climb")
    cloud.add_class("flats")
    enrol(cloud)
    catalogue = Catalogue(cache, on_change=lambda: changes.append(1))
    await shown(cache, catalogue, {"hills", "flats"})
    known = cache.fitness_class("hills")
    assert (known.title, known.duration_s, known.segments[0].cadence_rpm) == ("Sunset Climb", 600, (80, 90))
    assert cache.leaders("hills").rows == ()
    before = len(changes)
    assert await catalogue.refresh() and len(changes) == before, "what has not changed is not told again"
    shutil.rmtree(hills)
    await shown(cache, catalogue, {"flats"})
    await asyncio.to_thread(cloud.stop)
    assert not await catalogue.refresh()
    assert [known.id for known in cache.classes()] == ["flats"], "without the cloud the library stays as it is"


class Counting:
    """A cable to a cloud on which one can see what is asked."""

    def __init__(self, monkeypatch):
        self.asked = []
        monkeypatch.setattr("sync.catalogue.new_client", self._client)

    async def _client(self, *given):
        client = await new_client(*given)
        client.event_hooks["request"].append(self._note)
        return client

    async def _note(self, request):
        if request.url.path.endswith("/standings"):
            self.asked.append(request.url.path.split("/")[3])


async def test_of_many_classes_the_leaders_of_a_few_are_asked_for_in_turn(new_cloud, cache, enrol, monkeypatch):
    cloud, shelf = new_cloud(), {f"class-{number}" for number in range(8)}
    for class_id in shelf:
        cloud.add_class(class_id)
    enrol(cloud)
    catalogue, cable = Catalogue(cache), Counting(monkeypatch)
    await shown(cache, catalogue, shelf)
    assert {class_id for class_id in shelf if cache.leaders(class_id) is not None} == shelf, "all of them at first"
    cable.asked.clear()
    rounds = []
    for _ in range(4):
        assert await catalogue.refresh()
        rounds.append(len(cable.asked))
    assert rounds == [3, 6, 9, 12] and set(cable.asked) == shelf


async def test_who_is_in_a_live_class_is_told_often_and_of_no_other(new_cloud, cache, enrol, monkeypatch, until, ride):
    monkeypatch.setattr("sync.catalogue.LIVE_EVERY_S", 0.1)
    cloud, now = new_cloud(), time.time()
    for class_id, state in (("on", "live"), ("over", "ended")):
        cloud.add_class(class_id, live={"starts_at": now, "ends_at": now + 600, "state": state})
    for number in range(3):
        cloud.add_class(f"class-{number}")
    enrol(cloud)
    catalogue = Catalogue(cache)
    await shown(cache, catalogue, {"on", "over", *(f"class-{number}" for number in range(3))})
    assert catalogue.here == {"on": 0}
    cable = Counting(monkeypatch)
    task = asyncio.create_task(catalogue.run())
    await until(lambda: catalogue.fresh)
    cable.asked.clear()
    ride(60, class_id="on", finished=False)
    await Uplink(cache).push()
    await until(lambda: catalogue.here == {"on": 1})
    assert set(cable.asked) == {"on"}
    task.cancel()


async def test_the_class_that_is_looked_at_comes_first_and_the_screen_is_told(
    new_cloud, cache, enrol, monkeypatch, until, ride
):
    cloud, told = new_cloud(), []
    for number in range(8):
        cloud.add_class(f"class-{number}")
    enrol(cloud)
    catalogue = Catalogue(cache, on_change=lambda: told.append(1))
    await shown(cache, catalogue, {f"class-{number}" for number in range(8)})
    ride(60, class_id="class-5")
    await Uplink(cache).push()
    cable = Counting(monkeypatch)
    task = asyncio.create_task(catalogue.run())
    await until(lambda: catalogue.fresh)
    told.clear()
    cable.asked.clear()
    cache.put_leaders("class-5", Board(0, None))
    catalogue.want("class-5")
    await until(lambda: told)
    assert cable.asked[0] == "class-5" and cache.leaders("class-5").rows[0].name == "Ada"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_without_an_enrolment_nobody_is_asked(cache):
    assert not await Catalogue(cache).refresh()


async def test_it_goes_on_by_itself_and_wakes_for_a_new_enrolment(cloud, cache, enrol, until):
    cloud.add_class("woken")
    catalogue = Catalogue(cache)
    task = asyncio.create_task(catalogue.run())
    await asyncio.sleep(0)
    enrol(cloud)
    catalogue.wake()
    await until(lambda: catalogue.fresh)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_wrong_token_changes_nothing(cloud, cache, enrol):
    cache.save_enrolment(cloud.url, dataclasses.replace(enrol(cloud), token="wrong"))
    assert not await Catalogue(cache).refresh() and cache.classes() == []


@pytest.mark.parametrize(
    "address, remedy",
    [("127.0.0.1:8080", "http://"), ("https://{cloud}", "certificate"), ("http://127.0.0.1:9", "network")],
)
async def test_enrolling_says_what_to_do(cloud, address, remedy):
    with pytest.raises(EnrolmentFailed) as failed:
        await enrol_tablet(address.format(cloud=cloud.url.removeprefix("http://")), "CODE", "Bike 1")
    assert remedy in failed.value.remedy and str(failed.value).endswith(".")
