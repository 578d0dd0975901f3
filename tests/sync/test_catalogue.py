"""The catalogue follows the cloud, and stays when the cloud is gone."""

import asyncio
import dataclasses
import shutil

import pytest

from sync.catalogue import Catalogue
from sync.enrol import EnrolmentFailed
from sync.enrol import enrol as enrol_tablet


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
