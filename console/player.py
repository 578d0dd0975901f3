"""The player: plays a class, keeps playing through what goes wrong, and never makes its caller wait.

Orders are passed to a thread of the open class (:mod:`console.showing`), where libVLC may take its time; everything
else is read. Pictures wait in :attr:`Player.frames` for whoever draws them. No Kivy here.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import weakref
from collections.abc import Callable
from functools import partial

from console.frames import Frames
from console.playback import OPTIONS, sound_options
from console.player_events import PlayerEvent, PlayerState
from console.showing import Film, Showing, Source
from sync.records import Quality

__all__ = ["Player", "PlayerEvent", "PlayerState"]

EXIT_S = 3.0  # how long the program's end waits for libVLC


class Player:
    """Plays one class at a time. ``on_event`` hears of events where ``post`` runs it (for a Kivy or asyncio loop:
    ``loop.call_soon_threadsafe``), else on the player's thread. ``options`` are given to libVLC on top of ours."""

    def __init__(
        self,
        on_event: Callable[[PlayerEvent], None] | None = None,
        post: Callable[[Callable[[], None]], object] | None = None,
        options: tuple[str, ...] = (),
    ) -> None:
        self._on_event = on_event
        self._post = post or (lambda order: order())
        self._options = OPTIONS + sound_options() + options
        self._showing: Showing | None = None
        self._thread: threading.Thread | None = None
        self._volume, self._muted = 100, False
        self._captions_on = True

    @property
    def state(self) -> PlayerState:
        """What the rider sees."""
        if self._thread is None or self._showing is None:
            return PlayerState.IDLE
        state = self._showing.state
        if state in (PlayerState.PLAYING, PlayerState.STALLED) and not self._showing.wanted:
            return PlayerState.PAUSED
        return state

    @property
    def position_s(self) -> float:
        """Seconds into the class: smooth while it plays, standing while nothing moves."""
        return self._showing.position_s if self._showing is not None else 0.0

    @property
    def duration_s(self) -> float | None:
        """The class's length, as far as known."""
        return self._showing.duration_s if self._showing is not None else None

    @property
    def still(self) -> bool:
        """Whether the network carries no more than the class's sound, and the poster stands in the picture's place."""
        return self._showing is not None and self._showing.still

    @property
    def caption(self) -> str:
        """What the coach says now, or nothing."""
        captions = self._showing.captions if self._showing is not None else None
        return captions.at(self.position_s) if captions is not None and self._captions_on else ""

    @property
    def frames(self) -> Frames:
        """Where the pictures of the open class wait to be drawn."""
        return self._showing.frames if self._showing is not None else _NO_FRAMES

    @property
    def frames_shown(self) -> int:
        """Pictures of the open class that reached the screen."""
        return self.frames.shown

    @property
    def frames_dropped(self) -> int:
        """Pictures that did not, though they were due: too late in libVLC, or overtaken by the next one."""
        return self.frames.overtaken + (self._showing.lost if self._showing is not None else 0)

    @property
    def frames_decoded(self) -> int:
        """Pictures that were due."""
        return self.frames_shown + self.frames_dropped

    @property
    def silence_s(self) -> float:
        """Seconds since the newest picture came; since the opening, before the first."""
        return self._showing.silence_s if self._showing is not None else 0.0

    @property
    def came(self) -> Quality:
        """How the open class came so far over the network."""
        return self._showing.came if self._showing is not None else Quality()

    def open(
        self,
        url: str | Source,
        start_s: float = 0.0,
        duration_s: float | None = None,
        captions_url: str | None = None,
        paused: bool = False,
        media_options: tuple[str, ...] = (),
    ) -> None:
        """Play what is behind ``url`` (an HLS playlist, any other video, a path; or a view of the gateway, which is
        closed with the class) from ``start_s`` on. ``duration_s`` is the class's length, by which its end is told from
        a break. ``paused`` shows one picture and waits. ``media_options`` are libVLC's for this film alone."""
        self.close()
        source = None if isinstance(url, str) else url
        film = Film(url if isinstance(url, str) else url.url, start_s, duration_s, captions_url, source, media_options)
        self._showing = Showing(film, not paused, self._volume, self._muted, self._tell)
        self._thread = self._showing.start(self._options)
        _running[self._thread] = self._showing

    def play(self) -> None:
        """Go on after :meth:`pause`."""
        self._hold(False)

    def pause(self) -> None:
        """Hold; the picture stands."""
        self._hold(True)

    def _hold(self, paused: bool) -> None:
        if self._showing is not None and self._showing.wanted == paused:
            self._showing.wanted = not paused
            self._showing.hold_or_go()

    def seek(self, position_s: float) -> None:
        """Go to a position. While the class is broken, this is where the next attempt begins."""
        if self._showing is not None:
            self._showing.seek(max(position_s, 0.0))

    def close(self, wait_s: float = 0.0) -> None:
        """Stop and forget the class: picture, sound and threads go. ``wait_s`` waits for that, at the program's end."""
        thread, self._thread = self._thread, None
        if self._showing is not None and thread is not None:
            self._showing.close()
            thread.join(wait_s)

    @property
    def volume(self) -> int:
        """0 to 100."""
        return self._volume

    def set_volume(self, volume: int) -> None:
        """Set the loudness, 0 to 100."""
        self._volume = min(max(volume, 0), 100)
        self._sound()

    @property
    def mute(self) -> bool:
        """Whether the class is silent, whatever the volume."""
        return self._muted

    @mute.setter
    def mute(self, muted: bool) -> None:
        self._muted = muted
        self._sound()

    def _sound(self) -> None:
        if self._showing is not None:
            self._showing.volume, self._showing.muted = self._volume, self._muted
            self._showing.sound()

    def set_captions(self, on: bool) -> None:
        """Whether :attr:`caption` says anything."""
        self._captions_on = on

    def _tell(self, event: PlayerEvent) -> None:
        if self._on_event is not None:
            with contextlib.suppress(RuntimeError):  # the loop that should hear it has ended
                self._post(partial(self._on_event, event))


_NO_FRAMES = Frames()
_running: weakref.WeakKeyDictionary[threading.Thread, Showing] = weakref.WeakKeyDictionary()


@atexit.register
def _end_all() -> None:
    # libVLC's threads must not call into a Python that has ended.
    threads = list(_running.items())
    for _, showing in threads:
        showing.close()
    for thread, _ in threads:
        thread.join(EXIT_S)
