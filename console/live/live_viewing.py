"""How the picture of a live class is opened: a feed of one of its origins, and behind it HLS from all of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from console.gateway import Gateway
from console.gateway.view import View
from console.live.live_player import LivePlayer
from console.live.media_wall import CACHING_MS, SrtDelay
from console.player import Player, PlayerEvent
from sync.cloud_clock import CloudClock
from sync.feed import FeedUnknown, ask_feed
from sync.records import FitnessClass

ASK_EVERY_S, LOOK_EVERY_S = 5.0, 0.25
FEED_OPTIONS = (f":network-caching={CACHING_MS}",)  # without its clock's leeway libVLC shows it up to 0.4 s later


class LiveViewing:
    """Opens live players. ``panel_height`` gives the rows of the screen; ``on_event`` hears what the players tell."""

    def __init__(
        self,
        gateway: Gateway,
        cloud_clock: CloudClock,
        panel_height: Callable[[], int],
        max_rate_bps: Callable[[], int | None],
        on_event: Callable[[PlayerEvent], None],
    ) -> None:
        self._gateway, self._cloud_clock = gateway, cloud_clock
        self._panel_height, self._max_rate_bps = panel_height, max_rate_bps
        self._on_event = on_event
        self._asking: set[asyncio.Task[None]] = set()

    def open(self, one: FitnessClass) -> LivePlayer | None:
        """Begin to show a class that is live, or about to be; ``None`` where it has no origin."""
        live = one.live
        if live is None or not live.hls:
            return None
        delay, feeds = SrtDelay(self._cloud_clock.at), list(live.srt)
        player = LivePlayer(
            lambda heard: self._open_hls(live.hls, heard),
            lambda feed, heard: self._open_srt(feeds[feed], heard),
            len(feeds),
            delay,
        )
        task = asyncio.get_running_loop().create_task(self._follow(player, live.hls, feeds))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return player

    def _open_hls(self, urls: tuple[str, ...], heard: bool) -> tuple[Player, View]:
        view = self._gateway.view(urls, panel_height=self._panel_height(), max_rate_bps=self._max_rate_bps(), live=True)
        player = self._new_player(heard, self._on_event)
        player.open(view)
        return player, view

    def _open_srt(self, url: str, heard: bool) -> Player:
        player = self._new_player(heard, None)  # what befalls a feed is no trouble of the rider's
        player.open(url, media_options=FEED_OPTIONS)
        return player

    def _new_player(self, heard: bool, on_event: Callable[[PlayerEvent], None] | None) -> Player:
        player = Player(on_event, post=asyncio.get_running_loop().call_soon_threadsafe)
        player.mute = not heard
        return player

    async def _follow(self, player: LivePlayer, urls: tuple[str, ...], feeds: list[str]) -> None:
        """Ask the origin whose feed is shown, or tried next, how late it is, while the class is open. An origin that
        started after the catalogue was made tells where its feed is."""
        feed, asked_at_s = -1, 0.0
        while not player.closed:
            now_s = time.monotonic()
            if player.feed != feed or now_s - asked_at_s >= ASK_EVERY_S:
                feed, asked_at_s = player.feed, now_s
                url = urls[feed % len(urls)]
                with suppress(FeedUnknown):
                    told = await ask_feed(urljoin(url, "live.json"))
                    player.delay.told(told.delay_s, told.latency_ms)
                    if not feeds:
                        feeds.append(f"srt://{_host(url)}:{told.port}")
                        player.know_feeds(len(feeds))
            await asyncio.sleep(LOOK_EVERY_S)


def _host(url: str) -> str:
    name = urlsplit(url).hostname or ""
    return f"[{name}]" if ":" in name else name
