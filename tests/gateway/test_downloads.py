"""Downloading classes: from real HTTP onto a real disk, through stops, kills, full disks and new revisions."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from console.gateway.asking import new_client
from console.gateway.download_fetch import opener
from console.gateway.download_list import DownloadList
from console.gateway.downloading import Offer
from console.gateway.downloads import Download, Downloads, State
from console.gateway.kept import Kept, Key
from console.gateway.loading import Screen
from tests.gateway.class_server import ClassServer, files, piece

DEADLINE_S = 20.0


@pytest.fixture
def server() -> Iterator[ClassServer]:
    serving = ClassServer(files())
    yield serving
    serving.close()


@dataclass
class Tablet:
    """A tablet's disk, the class it may download, and what stands in its way."""

    folder: Path
    server: ClassServer
    revision: str = "1"
    screen: Screen = field(default_factory=lambda: Screen(1080))
    most_bytes: int = 10_000_000
    spare: Callable[[], bool] = lambda: True
    gone: bool = False
    mirrors: tuple[str, ...] = ()

    def offer(self, class_id: str) -> Offer | None:
        known = class_id == "climb" and not self.gone
        extras = (self.server.url.replace("master.m3u8", "poster.jpg"),)
        return Offer(self.revision, (*self.mirrors, self.server.url), extras) if known else None

    @property
    def kept(self) -> Kept:
        """What is on the disk, read anew."""
        return Kept(self.folder / "pieces", self.most_bytes, 0)

    def on_disk(self, height: int = 720) -> list[int]:
        """The numbers of the pieces that are there and right."""
        kept = self.kept
        paths = {i: f"v{height}/1_{i:04}.m4s" for i in range(12)}
        return [i for i, path in paths.items() if kept.get(Key("climb", self.revision, path)) == piece(height, i)]

    @asynccontextmanager
    async def on(self) -> AsyncIterator[Running]:
        """Switched on, until the end of the block."""
        kept, news = self.kept, asyncio.Event()
        loop = asyncio.get_running_loop()
        async with new_client(2.0, 5.0) as client:
            downloads = Downloads(
                DownloadList(self.folder / "downloads"),
                kept,
                self.offer,
                opener(lambda: client),
                lambda: self.screen,
                spare=lambda: self.spare(),
                changed=lambda _id: loop.call_soon_threadsafe(news.set),
                again_s=(0.05,),
            )
            task = asyncio.create_task(downloads.run())
            try:
                yield Running(downloads, kept, news)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


@dataclass
class Running:
    downloads: Downloads
    kept: Kept
    news: asyncio.Event

    async def until(self, wanted: Callable[[Download | None], bool]) -> Download | None:
        """The download as it is once ``wanted`` is true of it."""
        async with asyncio.timeout(DEADLINE_S):
            while not wanted(found := self.downloads.get("climb")):
                self.news.clear()
                await self.news.wait()
        return found

    async def ready(self) -> None:
        await self.until(lambda one: one is not None and one.state is State.READY)


async def eventually(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not true():  # noqa: ASYNC110 - another process, or the disk, tells nobody
            await asyncio.sleep(0.005)


@pytest.fixture
def tablet(tmp_path: Path, server: ClassServer) -> Tablet:
    return Tablet(tmp_path, server)


async def test_a_class_is_fetched_whole_in_the_rung_that_suits_the_panel(tablet: Tablet) -> None:
    async with tablet.on() as running:
        assert running.downloads.get("climb") is None
        running.downloads.want("climb")
        await running.ready()
        one = running.downloads.get("climb")
    assert one is not None and one.share == 1.0 and one.size_bytes is not None
    assert one.size_bytes == pytest.approx(12 * 25_016, rel=0.01)
    assert tablet.on_disk(720) == list(range(12)) and tablet.on_disk(360) == []
    assert set(tablet.server.asked.values()) == {1}, "nothing is asked for twice"
    kept = tablet.kept
    master = kept.get(Key("climb", "1", "master.m3u8"))
    assert master is not None and b"v720/film.m3u8" in master and b"v360" not in master
    for path in ("v720/film.m3u8", "v720/init.mp4", "captions.m3u8", "captions.vtt", "poster.jpg", "pieces.json"):
        assert kept.get(Key("climb", "1", path)) is not None, path


@pytest.mark.parametrize("screen", [Screen(480), Screen(1080, max_rate_bps=30_000)])
async def test_a_small_panel_and_the_data_saver_take_less(tablet: Tablet, screen: Screen) -> None:
    tablet.screen = screen
    async with tablet.on() as running:
        running.downloads.want("climb")
        await running.ready()
    assert tablet.on_disk(360) == list(range(12)) and tablet.on_disk(720) == []


async def test_what_it_would_take_is_known_before(tablet: Tablet) -> None:
    async with tablet.on() as running:
        assert running.downloads.size_bytes("climb") is None
        await asyncio.sleep(0)  # the loop of the downloads begins
        running.downloads.look("climb")
        await eventually(lambda: running.downloads.size_bytes("climb") is not None)
        assert running.downloads.size_bytes("climb") == 12 * 4 * 50_000 // 8
        assert running.downloads.get("climb") is None
        assert len(tablet.server.asked) == 2, "two small files"


async def test_paused_it_stands_still_and_goes_on_where_it_was(tablet: Tablet) -> None:
    tablet.server.delay_s = 0.03
    async with tablet.on() as running:
        running.downloads.want("climb")
        await running.until(lambda one: one is not None and one.share > 0.3)
        running.downloads.pause("climb")
        one = await running.until(lambda one: one is not None and one.state is State.PAUSED)
        assert one is not None and 0.3 < one.share < 1
    asked = sum(tablet.server.asked.values())
    async with tablet.on() as running:
        assert (again := running.downloads.get("climb")) is not None and again.state is State.PAUSED
        assert again.share == pytest.approx(one.share, abs=0.1)
        assert sum(tablet.server.asked.values()) == asked
        running.downloads.want("climb")
        await running.ready()
    again_asked = {path for path, count in tablet.server.asked.items() if count > 1}
    assert len([path for path in again_asked if path.endswith(".m4s")]) <= 1, "at most the one it was stopped in"


KILLED = """
import asyncio, sys
from pathlib import Path
from console.gateway.asking import new_client
from console.gateway.download_fetch import opener
from console.gateway.download_list import DownloadList
from console.gateway.downloading import Offer
from console.gateway.downloads import Downloads
from console.gateway.kept import Kept
from console.gateway.loading import Screen

async def main(folder, url):
    async with new_client(2.0, 5.0) as client:
        wanted, kept = DownloadList(folder / "downloads"), Kept(folder / "pieces", 10_000_000, 0)
        downloads = Downloads(wanted, kept, lambda _: Offer("1", (url,)), opener(lambda: client), lambda: Screen(1080))
        downloads.want("climb")
        await downloads.run()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


async def test_killed_again_and_again_it_still_comes_to_its_end(tablet: Tablet) -> None:
    tablet.server.delay_s = 0.02
    have = 0
    for after in (1, 5, 9):
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, tablet.folder, tablet.server.url)
        await eventually(lambda count=after: sum(path.endswith(".m4s") for path in tablet.server.asked) >= count)
        process.kill()
        await process.wait()
        assert len(tablet.on_disk()) >= max(have, after - 1), "what was there stays"
        have = len(tablet.on_disk())
    tablet.server.delay_s = 0
    async with tablet.on() as running:
        await running.ready()
    assert tablet.on_disk() == list(range(12))
    assert sum(count for path, count in tablet.server.asked.items() if path.endswith(".m4s")) <= 12 + 3


async def test_damage_found_on_the_way_is_fetched_again(tablet: Tablet) -> None:
    async with tablet.on() as running:
        running.downloads.want("climb")
        await running.ready()
    broken = sorted((tablet.folder / "pieces").rglob("*.????????????????????????????????????????????????*"))[3]
    broken.write_bytes(b"a power cut")
    lost = tablet.on_disk()
    async with tablet.on() as running:
        one = running.downloads.get("climb")
        assert one is not None
    for path in (tablet.folder / "pieces").rglob("*.*"):
        if path.read_bytes() == b"a power cut":
            path.unlink()  # as whoever reads it does
    async with tablet.on() as running:
        await running.until(lambda one: one is not None and one.state is not State.READY)
        await running.ready()
    assert len(lost) in (11, 12) and tablet.on_disk() == list(range(12))


async def test_a_network_that_goes_away_is_waited_for(tablet: Tablet) -> None:
    tablet.server.down = True
    async with tablet.on() as running:
        running.downloads.want("climb")
        one = await running.until(lambda one: one is not None and one.trouble is not None)
        assert one is not None and one.trouble is not None
        assert one.state in (State.WAITING, State.FAILED) and one.trouble.remedy
        tablet.server.down = False
        running.downloads.want("climb")
        await running.ready()


async def test_a_second_server_is_asked_when_the_first_lacks_a_piece(tablet: Tablet) -> None:
    mirror = ClassServer(files())
    del mirror.files["v720/1_0003.m4s"]
    mirror.broken.add("v720/1_0005.m4s")
    tablet.mirrors = (mirror.url,)
    try:
        async with tablet.on() as running:
            running.downloads.want("climb")
            await running.ready()
    finally:
        mirror.close()
    assert tablet.on_disk() == list(range(12))


async def test_a_missing_or_wrong_piece_fails_with_a_reason_and_keeps_the_rest(tablet: Tablet) -> None:
    whole = tablet.server.files.pop("v720/1_0007.m4s")
    async with tablet.on() as running:
        running.downloads.want("climb")
        one = await running.until(lambda one: one is not None and one.state is State.FAILED)
        assert one is not None and one.trouble is not None and one.trouble.reason and one.trouble.remedy
        assert tablet.on_disk() == list(range(7))
        tablet.server.files["v720/1_0007.m4s"] = piece(360, 1)  # a whole piece, but another
        running.downloads.want("climb")
        one = await running.until(lambda one: one is not None and one.trouble is not None)
        assert one is not None and one.trouble is not None and "damaged" in one.trouble.reason
        tablet.server.files["v720/1_0007.m4s"] = whole
        await running.ready()
    assert tablet.on_disk() == list(range(12))


async def test_without_room_it_says_so_and_takes_nothing(tablet: Tablet) -> None:
    tablet.most_bytes = 200_000
    async with tablet.on() as running:
        running.downloads.want("climb")
        one = await running.until(lambda one: one is not None and one.state is State.FAILED)
        assert one is not None and one.trouble is not None and "room" in one.trouble.reason
        assert not [path for path in tablet.server.asked if path.endswith(".m4s")]
        running.kept.most_bytes = 10_000_000
        running.downloads.want("climb")
        await running.ready()


async def test_while_a_class_plays_without_room_to_spare_it_stands_back(tablet: Tablet) -> None:
    playing = True
    tablet.spare = lambda: not playing
    async with tablet.on() as running:
        running.downloads.want("climb")
        await running.until(lambda one: one is not None and one.size_bytes is not None)
        await asyncio.sleep(0.1)
        assert not [path for path in tablet.server.asked if path.endswith(".m4s")]
        playing = False
        await running.ready()


async def test_a_new_revision_takes_the_place_of_the_old_and_fetches_what_changed(tablet: Tablet) -> None:
    async with tablet.on() as running:
        running.downloads.want("climb")
        await running.ready()
    tablet.revision = "2"
    tablet.server.files = files()
    changed = {"v720/1_0002.m4s": piece(720, 99)}
    tablet.server.files = {**files(), **changed}
    relisted = files()["pieces.json"].decode()
    old, new = (hashlib.sha256(data).hexdigest() for data in (piece(720, 2), piece(720, 99)))
    tablet.server.files["pieces.json"] = relisted.replace(old, new).encode()
    tablet.server.asked.clear()
    async with tablet.on() as running:
        await running.until(lambda one: one is not None and one.state is not State.READY)
        await running.ready()
        await eventually(lambda: not running.kept.bytes_of("climb", "1"))
    assert [path for path in tablet.server.asked if path.endswith(".m4s")] == ["v720/1_0002.m4s"]
    assert tablet.kept.get(Key("climb", "2", "v720/1_0002.m4s")) == piece(720, 99)


async def test_removed_it_is_gone_also_in_the_middle(tablet: Tablet) -> None:
    tablet.server.delay_s = 0.02
    async with tablet.on() as running:
        running.downloads.want("climb")
        await running.until(lambda one: one is not None and one.share > 0.3)
        running.downloads.remove("climb")
        assert running.downloads.get("climb") is None
        await eventually(lambda: not running.kept.used_bytes)
    assert not [path for path in tablet.folder.rglob("*") if path.is_file()]
    async with tablet.on() as running:
        assert running.downloads.all() == []


async def test_a_spoilt_record_costs_itself_only(tablet: Tablet) -> None:
    async with tablet.on() as running:
        running.downloads.want("climb")
        await running.ready()
    (tablet.folder / "downloads" / "other.json").write_text('{"v": 1, "class_id"')
    (tablet.folder / "downloads" / "wrong.json").write_text('["v"]')
    async with tablet.on() as running:
        assert [one.state for one in running.downloads.all()] == [State.READY]


async def test_with_no_network_at_all_what_is_on_the_tablet_stays_so(tablet: Tablet) -> None:
    async with tablet.on() as running:
        running.downloads.want("climb")
        await running.ready()
    tablet.server.down = True
    tablet.server.asked.clear()
    async with tablet.on() as running:
        await asyncio.sleep(0.1)
        one = running.downloads.get("climb")
    assert one is not None and one.state is State.READY and not tablet.server.asked


async def test_killed_in_the_middle_of_a_removal_it_holds_no_room_for_good(tablet: Tablet) -> None:
    async with tablet.on() as running:
        running.downloads.want("climb")
        await running.ready()
    for record in (tablet.folder / "downloads").iterdir():
        record.unlink()  # the first thing that a removal does
    async with tablet.on() as running:
        await eventually(lambda: not running.kept.pinned_bytes)
        assert running.kept.used_bytes > 0 and running.kept.room() == tablet.most_bytes, "others may take its place"
