"""How the picture of a class is opened: a player, on a view of the gateway over every server that has the class."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from console.gateway import Gateway
from console.keeping import class_urls, most_bps
from console.live.live_viewing import LiveViewing
from console.player import Player, PlayerEvent
from console.settings import Settings
from sync.cloud_clock import CloudClock
from sync.records import FitnessClass


class Viewing:
    """Opens players. ``panel_height`` gives the rows of the screen: more would be fetched and decoded for nothing.
    ``on_event`` hears what the players tell, on the loop that :meth:`open` is called on; ``open_live`` opens a live
    class, whose pictures are placed by ``cloud_clock``."""

    def __init__(
        self,
        gateway: Gateway,
        settings: Settings,
        panel_height: Callable[[], int],
        on_event: Callable[[PlayerEvent], None],
        cloud_clock: CloudClock,
    ) -> None:
        self.open_live = LiveViewing(gateway, cloud_clock, panel_height, lambda: most_bps(settings), on_event).open
        self._gateway, self._settings = gateway, settings
        self._panel_height = panel_height
        self._on_event = on_event

    def open(self, cloud_url: str, fitness_class: FitnessClass, at_s: float) -> Player:
        """Begin to play a class of the cloud's, on demand, at a position."""
        view = self._gateway.view(
            class_urls(cloud_url, fitness_class),
            panel_height=self._panel_height(),
            max_rate_bps=most_bps(self._settings),
            class_id=fitness_class.id,
            revision=fitness_class.revision,
            start_s=at_s,
        )
        player = Player(self._on_event, post=asyncio.get_running_loop().call_soon_threadsafe)
        player.set_volume(self._settings.volume)
        captions = view.captions_url if fitness_class.captions else None
        player.open(view, start_s=at_s, duration_s=float(fitness_class.duration_s), captions_url=captions)
        return player
