"""One opened film on libVLC: pictures into :class:`Frames`, time into a :class:`MediaClock`, the rest as Signals.

The only module that knows libVLC, used only by :mod:`console.player`. ``open``, ``stop`` and the other verbs can
block for as long as libVLC does: call them from the player's own thread. libVLC calls back on its threads, where no
libVLC function may be called: callbacks only note things down and tell a Signal.
"""

from __future__ import annotations

import ctypes
import functools
import os
import threading
import time
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from console.frames import Frames, visible_size
from console.media_clock import GAP_S, MediaClock

PRECISE_FROM_S = 0.5  # libVLC begins with a whole HLS segment: it is sent to later positions as soon as it decodes
REPEAT_S = 0.05  # libVLC shows the last picture again when none has come for longer than this
HD_FROM = 577  # rows: from here on, and in smaller versions of the same film, colours are BT.709

OPTIONS = (
    "--quiet",
    "--no-xlib",
    "--no-osd",
    "--no-spu",
    "--no-video-title-show",
    "--no-sub-autodetect-file",
    "--no-metadata-network-access",
    # Pictures decoded by hardware would have to be copied back from it, and probing for it costs 30 ms.
    "--avcodec-hw=none",
    # After a stall libVLC goes on in the middle of a group of pictures: the last whole one stands, rather than a smear.
    "--no-avcodec-corrupted",
)

_Pointer = ctypes.c_void_p
_Count = ctypes.POINTER(ctypes.c_uint)
_Setup = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.POINTER(_Pointer), _Pointer, _Count, _Count, _Count, _Count)
_Cleanup = ctypes.CFUNCTYPE(None, _Pointer)
_Lock = ctypes.CFUNCTYPE(_Pointer, _Pointer, ctypes.POINTER(_Pointer))
_Display = ctypes.CFUNCTYPE(None, _Pointer, _Pointer)


class Signal(Enum):
    """What libVLC has let known."""

    OPENED = "opened"
    READY = "ready"  # libVLC decodes, but has still to be sent to the start position
    MOVING = "moving"  # a first picture, or the first one after a silence
    END = "end"  # played to the end, or to a segment that is not there
    ERROR = "error"


class LibvlcUnusable(RuntimeError):
    """libVLC is missing or refuses to start; ``remedy`` says what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


def sound_options() -> tuple[str, ...]:
    """Silence on purpose where there is no way to make a sound: libVLC would look for one again and again."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}"))
    servers = (
        runtime / "pulse/native",
        runtime / "pipewire-0",
        Path("/run/pulse/native"),
        Path("/var/run/pulse/native"),
    )
    if "PULSE_SERVER" in os.environ or any(server.exists() for server in servers):
        return ()
    return () if list(Path("/dev/snd").glob("pcm*p")) else ("--aout=dummy",)


@functools.cache
def load(options: tuple[str, ...] = OPTIONS) -> tuple[Any, Any]:
    """The vlc module and one libVLC instance, shared by all films. Raises :class:`LibvlcUnusable`."""
    try:
        import vlc
    except (ImportError, OSError, NotImplementedError, AttributeError, SystemExit) as error:
        raise LibvlcUnusable(
            "The video player libVLC is not installed.", "Run: sudo apt install libvlc5 vlc-plugin-base"
        ) from error
    instance = vlc.Instance(list(options))
    if instance is None:
        wrong = [option for option in options if vlc.Instance([option]) is None]
        raise LibvlcUnusable(f"libVLC does not start with {' '.join(wrong or options)}.", "Remove that option.")
    vlc.dll.libvlc_video_set_format_callbacks.argtypes = [_Pointer] * 3
    vlc.dll.libvlc_video_set_callbacks.argtypes = [_Pointer] * 5
    return vlc, instance


class Playback:
    """A film from ``url``, from ``start_s`` on. ``sizes`` are the sizes of picture it may have, as far as known;
    ``begins_s`` is the position of what the URL begins with."""

    def __init__(
        self,
        url: str,
        frames: Frames,
        tell: Callable[[Signal], object],
        start_s: float,
        sizes: Sequence[tuple[int, int]],
        media_options: Sequence[str] = (),
        begins_s: float = 0.0,
    ) -> None:
        self.url = url
        self.begins_s = begins_s
        self.start_s = start_s
        self.length_s: float | None = None  # as libVLC knows it
        self.playing = False  # whether libVLC has begun
        self.alive_s = time.monotonic()  # when something last moved
        self._frames = frames
        self._tell = tell
        self._sizes = sizes
        self._media_options = media_options
        self._clock = MediaClock(start_s)
        self._lock = threading.Lock()  # guards the clock: libVLC's threads, the player's and the screen's meet there
        self._last_frame_s = 0.0
        self._seeking = False  # until libVLC has filled its buffers, pictures are still the old ones
        self._seek_first = start_s - begins_s > PRECISE_FROM_S
        self._paused = False
        self._displayed_s = 0.0  # when libVLC last showed anything, were it the same again
        self._one_more = True  # pictures while paused: one after each seek
        self._player: Any = None
        self._media: Any = None
        self._stats: Any = None
        self._kept_alive: list[Any] = []

    def open(self, options: tuple[str, ...]) -> None:
        """Start to read and play."""
        vlc, instance = load(options)
        self._player, self._media, self._stats = (
            instance.media_player_new(),
            instance.media_new(self.url),
            vlc.MediaStats(),
        )
        for option in self._media_options:
            self._media.add_option(option)
        if self._seek_first:
            self._media.add_option(f":start-time={self.start_s - self.begins_s:.3f}")
        self._player.set_media(self._media)
        self._attach_pictures(vlc)
        self._attach_events(vlc)
        self._player.play()

    def _attach_pictures(self, vlc: Any) -> None:
        callbacks = [_Setup(self._on_setup), _Cleanup(), _Lock(self._on_lock), _Display(), _Display(self._on_display)]
        setup, cleanup, lock, unlock, display = [ctypes.cast(callback, _Pointer) for callback in callbacks]
        vlc.dll.libvlc_video_set_format_callbacks(self._player._as_parameter_, setup, cleanup)
        vlc.dll.libvlc_video_set_callbacks(self._player._as_parameter_, lock, unlock, display, None)
        self._kept_alive += callbacks

    def _attach_events(self, vlc: Any) -> None:
        kinds, events = vlc.EventType, self._player.event_manager()
        events.event_attach(kinds.MediaPlayerTimeChanged, self._on_time)
        events.event_attach(kinds.MediaPlayerLengthChanged, self._on_length)
        events.event_attach(kinds.MediaPlayerBuffering, self._on_buffering)
        events.event_attach(kinds.MediaPlayerPlaying, lambda event: self._on_playing())
        events.event_attach(kinds.MediaPlayerPaused, lambda event: self._on_paused())
        events.event_attach(kinds.MediaPlayerEndReached, lambda event: self._tell(Signal.END))
        events.event_attach(kinds.MediaPlayerEncounteredError, lambda event: self._tell(Signal.ERROR))

    # Called by libVLC, on its threads.

    def _on_setup(self, opaque: Any, chroma: Any, width: Any, height: Any, pitches: Any, lines: Any) -> int:
        ctypes.memmove(chroma, b"NV12", 4)
        with self._lock:
            self._clock.change(time.monotonic())
        width[0], height[0] = visible_size(width[0], height[0], self._sizes)
        tallest = max(height[0], *(tall for _, tall in self._sizes), 0)
        buffer = self._frames.resize(width[0], height[0], tallest >= HD_FROM)
        pitches[0] = pitches[1] = buffer.stride
        lines[0], lines[1] = buffer.rows, buffer.rows // 2
        self._seeking = self._seek_first
        return 1

    def _on_lock(self, opaque: Any, planes: Any) -> int:
        number, buffer = self._frames.begin()
        planes[0] = ctypes.addressof(buffer.luma)
        planes[1] = ctypes.addressof(buffer.chroma)
        return number + 1

    def _on_display(self, opaque: Any, picture: int) -> None:
        at_s = time.monotonic()
        if self._seek_first:
            self._seek_first = False
            self._seeking = True
            self._tell(Signal.READY)
        if self._seeking or (self._paused and not self._one_more):
            return
        silence_s, since_s = at_s - self._last_frame_s, at_s - self._displayed_s
        self._displayed_s = at_s
        if since_s > REPEAT_S and not self._one_more and self._frames.repeats(picture - 1):
            return
        self._one_more = False
        self._last_frame_s = self.alive_s = at_s
        self._frames.show(picture - 1)
        with self._lock:
            self._clock.frame(at_s)
        if silence_s > GAP_S:
            self._tell(Signal.MOVING)

    def _on_time(self, event: Any) -> None:
        at_s = time.monotonic()
        with self._lock:
            if self._clock.report(at_s, self.begins_s + event.u.new_time / 1000):
                self.alive_s = at_s

    def _on_length(self, event: Any) -> None:
        self.length_s = self.begins_s + event.u.new_length / 1000 if event.u.new_length > 0 else None
        self._tell(Signal.OPENED)

    def _on_buffering(self, event: Any) -> None:
        if event.u.new_cache >= 100:
            self._seeking = False

    def _on_playing(self) -> None:
        with self._lock:
            self._clock.resume(time.monotonic())
        self.playing = True
        self._tell(Signal.OPENED)

    def _on_paused(self) -> None:
        with self._lock:
            self._clock.pause(time.monotonic())

    # Called by the player.

    @property
    def seen_s(self) -> float:
        """When the newest picture came; 0 before the first."""
        return self._last_frame_s

    def position(self) -> float:
        """Seconds into the film, now."""
        with self._lock:
            return self._clock.position(time.monotonic())

    def lost(self) -> int:
        """Pictures libVLC decoded and threw away because they were too late."""
        self._media.get_stats(ctypes.byref(self._stats))
        return int(self._stats.lost_pictures)

    def pause(self, paused: bool) -> None:
        """Hold the film or let it go on."""
        self._paused = paused
        self.alive_s = time.monotonic()
        self._player.set_pause(int(paused))

    def seek(self, position_s: float) -> None:
        """Go to a position, not before ``begins_s``; the next picture is the one there."""
        now_s = time.monotonic()
        with self._lock:
            self._clock.anchor(position_s)
        self._seeking = True
        self._one_more = True
        self.alive_s = now_s
        self._player.set_time(round((position_s - self.begins_s) * 1000))

    def set_volume(self, volume: int, muted: bool) -> None:
        """0-100 of full volume."""
        self._player.audio_set_volume(volume)
        self._player.audio_set_mute(muted)

    def volume(self) -> int:
        """The volume libVLC plays with; -1 while it has no sound output."""
        return int(self._player.audio_get_volume())

    def stop(self) -> None:
        """End it and free everything. No callback comes afterwards."""
        if self._player is None:
            return
        self._player.stop()
        self._player.release()
        self._media.release()
        self._player = None
