"""The console's player behind its gateway, without a window."""

from __future__ import annotations

import threading
import time

from console.gateway import Gateway, GatewaySettings
from console.player import Player
from console.player_events import Ended, PlayerEvent
from tests.networks.clip import RATES
from tests.networks.figures import Figures, Seen, figures

_LOOK_S = 0.03
_PANEL = 1080  # rows: no rung is too large for it


class Ours:
    """Plays one class; ``url`` may be several, joined by bars, one a pathway. The gateway runs already, as it does in
    the console."""

    def __init__(self, url: str, ahead_s: float = 24.0) -> None:
        self._end = threading.Event()
        self._gateway = Gateway(settings=GatewaySettings(ahead_s=ahead_s))
        self._view = self._gateway.view(url.split("|"), panel_height=_PANEL)
        self._player = Player(self._hear)

    def watch(self, within_s: float) -> Figures:
        """Play to the end, but no longer than this; returns what was seen."""
        seen: list[Seen] = []
        began_s = time.monotonic()
        self._player.open(self._view)
        while not self._end.wait(_LOOK_S) and time.monotonic() < began_s + within_s:
            frame = self._player.frames.take()
            if frame is not None:
                height = min(RATES, key=lambda known: abs(known - frame.height))
                height = 0 if self._view.still(self._player.position_s) else height
                seen.append(Seen(time.monotonic() - began_s, height))
        wall_s, position_s = time.monotonic() - began_s, self._player.position_s
        self._player.close()
        self._view.close()
        self._gateway.close()
        return figures(seen, position_s, self._end.is_set(), wall_s)

    def _hear(self, event: PlayerEvent) -> None:
        if isinstance(event, Ended):
            self._end.set()
