"""One film as one rider sees it: what the player holds in its hands. All methods may be called from any thread.

What libVLC asks for is answered by :class:`~console.gateway.opened.Opened`, on the gateway's loop.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import CancelledError

from console.gateway.opened import Opened
from console.gateway.outline import Outline, Unavailable
from console.gateway.quality import came
from console.gateway.tally import Tally
from sync.records import Quality

OPEN_S = 12.0  # for the first playlists


class View:
    """A film that is open."""

    def __init__(self, base: str, opened: Opened, loop: asyncio.AbstractEventLoop) -> None:
        self.url = f"{base}/film.m3u8"
        self.captions_url = f"{base}/captions.vtt"
        self._opened, self._loop = opened, loop

    def outline(self, within_s: float = OPEN_S) -> Outline:
        """What is known of the film; waits for its playlists. Raises :class:`Unavailable`."""
        asking = self._opened.outline()
        try:
            return asyncio.run_coroutine_threadsafe(asking, self._loop).result(within_s)
        except RuntimeError as error:  # the gateway has ended
            asking.close()
            raise Unavailable("The class is closed.") from error
        except (TimeoutError, CancelledError) as error:
            raise Unavailable("The server does not answer.") from error

    def begin(self, position_s: float) -> tuple[str, float]:
        """Where to have libVLC begin for a position, once :meth:`outline` has answered: an address, and the position of
        what it begins with. Sent to a position by itself, libVLC would read a lot before it shows a picture."""
        first, begins_s = self._opened.begin(position_s)
        return f"{self.url}?from={first}", begins_s

    def position(self, position_s: float) -> None:
        """The rider is there now."""
        self._call(self._opened.move, position_s)

    def still(self, position_s: float) -> bool:
        """Whether the poster stands in the picture's place at a position: the network carries no more."""
        return self._opened.still(position_s)

    @property
    def trouble(self) -> Unavailable | None:
        """Why nothing comes just now, if nothing comes."""
        return self._opened.trouble

    def media_wall_s(self, position_s: float) -> float | None:
        """When what is at a position was on the air, in Unix seconds; ``None`` where that is not known."""
        return self._opened.wall_s(position_s)

    @property
    def over(self) -> bool:
        """Whether all of the film is there: of a live one, whether it has ended."""
        return self._opened.over

    @property
    def tally(self) -> Tally:
        """What was fetched and shown so far."""
        return self._opened.tally

    @property
    def quality(self) -> Quality:
        """How the film came so far."""
        return came(self._opened.tally)

    def release(self) -> None:
        """Keep libVLC waiting for nothing: it is to stop, and would not before it has its answers."""
        self._call(self._opened.release)

    def close(self) -> None:
        """Let everything go."""
        self._opened.closed = True
        self._call(self._opened.end)

    def _call(self, order: Callable[..., None], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # the gateway has ended
            self._loop.call_soon_threadsafe(order, *arguments)
