"""What of classes stays on this tablet: the pieces that were seen, and whole classes that the rider wants here.

Makes the gateway, with its store and its downloads. No Kivy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from console.gateway import Gateway
from console.gateway.download_fetch import opener
from console.gateway.download_list import DownloadList
from console.gateway.downloading import Offer
from console.gateway.downloads import Downloads
from console.gateway.kept import Kept
from console.gateway.loading import Screen
from console.settings import Settings
from sync.cache import Cache
from sync.records import FitnessClass

GB = 10**9
FREE_FLOOR = GB // 2  # of the disk: rides and everything else on the tablet come first
DATA_SAVER_BPS = 1_600_000
TEND_EVERY_S = 30.0
_THROUGHPUT = "console.throughput_bps"


def class_urls(cloud_url: str, fitness_class: FitnessClass) -> tuple[str, ...]:
    """The class's playlists, one on each server that has it, the cloud's own first."""
    servers = dict.fromkeys((cloud_url, *fitness_class.mirrors))
    return tuple(f"{server.rstrip('/')}{fitness_class.playlist}" for server in servers)


def most_bps(settings: Settings) -> int | None:
    """The rate that the rider allows; ``None`` for any."""
    return DATA_SAVER_BPS if settings.data_saver else None


class Keeping:
    """``panel_height`` gives the rows of the screen; ``changed`` hears the id of a class whose download stands
    otherwise than before, from any thread."""

    def __init__(
        self,
        data: Path,
        cache: Cache,
        settings: Settings,
        panel_height: Callable[[], int],
        changed: Callable[[str], None],
    ) -> None:
        self._cache, self._settings, self._panel_height = cache, settings, panel_height
        self.kept = Kept(data / "pieces", settings.class_room_gb * GB, FREE_FLOOR)
        self.gateway = Gateway(self.kept, remembered_bps=cache.setting(_THROUGHPUT))
        self.downloads = Downloads(
            DownloadList(data / "downloads"),
            self.kept,
            self._offer,
            opener(lambda: self.gateway.client),
            lambda: Screen(panel_height(), most_bps(settings)),
            spare=lambda: self.gateway.spare,
            changed=changed,
        )
        self.gateway.beside(self.downloads.run)
        self.gateway.beside(self._tend)
        settings.watch("class_room_gb", self._give_room)

    def can_keep(self, fitness_class: FitnessClass) -> bool:
        """Whether a class can be downloaded: it must have a picture, and be over if it is live."""
        live = fitness_class.live is not None and fitness_class.live.state != "ended"
        return bool(fitness_class.playlist) and not live and self._cache.enrolment() is not None

    def remove_all(self) -> None:
        """Take every downloaded class off the tablet."""
        for one in self.downloads.all():
            self.downloads.remove(one.class_id)

    def _offer(self, class_id: str) -> Offer | None:
        enrolled, one = self._cache.enrolment(), self._cache.fitness_class(class_id)
        if enrolled is None or one is None or not self.can_keep(one):
            return None
        base_url = enrolled[0].rstrip("/")
        extras = (f"{base_url}{one.poster}",) if one.poster else ()
        return Offer(one.revision, class_urls(base_url, one), extras)

    def _give_room(self, gigabytes: int) -> None:
        self.kept.most_bytes = gigabytes * GB

    async def _tend(self) -> None:
        """Give way to others on the disk, and remember how fast the network is."""
        remembered = self.gateway.throughput_bps
        while True:
            await asyncio.to_thread(self.kept.shrink)
            if self.gateway.throughput_bps != remembered:
                remembered = self.gateway.throughput_bps
                await asyncio.to_thread(self._cache.set_setting, _THROUGHPUT, remembered)
            await asyncio.sleep(TEND_EVERY_S)
