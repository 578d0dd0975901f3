"""Plain libVLC: python-vlc alone, drawing into memory."""

from __future__ import annotations

import ctypes
import time
import zlib
from typing import Any

import vlc

from tests.networks.clip import RATES
from tests.networks.figures import Figures, Seen, figures

_POINTER, _COUNT = ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint)
_SETUP = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.POINTER(_POINTER), _POINTER, _COUNT, _COUNT, _COUNT, _COUNT)
_LOCK = ctypes.CFUNCTYPE(_POINTER, _POINTER, ctypes.POINTER(_POINTER))
_SHOW = ctypes.CFUNCTYPE(None, _POINTER, _POINTER)
_AT_END = (vlc.State.Ended, vlc.State.Error, vlc.State.Stopped)
_LOOK_S = 0.1


class Libvlc:
    """Plays one URL."""

    def __init__(self, url: str) -> None:
        self._began_s = 0.0
        self._seen: list[Seen] = []
        self._height, self._bytes, self._sum = 0, 0, 0
        self._picture = (ctypes.c_ubyte * (1 << 20))()
        self._callbacks = (_SETUP(self._set_up), _LOCK(self._lock), _SHOW(self._show))
        self._instance = vlc.Instance(["--quiet", "--no-spu", "--avcodec-hw=none", "--aout=dummy"])
        self._player = self._instance.media_player_new(url)
        set_up, lock, show = (ctypes.cast(callback, _POINTER) for callback in self._callbacks)
        handle, nothing = ctypes.cast(self._player, _POINTER), _POINTER()
        for name, arguments in (("format_callbacks", (set_up, nothing)), ("callbacks", (lock, nothing, show, nothing))):
            function = getattr(vlc.dll, f"libvlc_video_set_{name}")
            function.argtypes = [_POINTER] * (1 + len(arguments))
            function(handle, *arguments)

    def watch(self, within_s: float) -> Figures:
        """Play to the end, but no longer than this; returns what was seen. Does not stop libVLC: while a server
        says nothing, that takes for ever."""
        position_s = 0.0
        self._began_s = time.monotonic()
        self._player.play()
        while self._player.get_state() not in _AT_END and time.monotonic() < self._began_s + within_s:
            position_s = max(position_s, self._player.get_time() / 1000)
            time.sleep(_LOOK_S)
        ended, wall_s = self._player.get_state() in _AT_END, time.monotonic() - self._began_s
        return figures(self._seen, position_s, ended, wall_s)

    def _set_up(self, opaque: Any, chroma: Any, width: Any, height: Any, pitches: Any, lines: Any) -> int:
        ctypes.memmove(chroma, b"I420", 4)
        wide, tall = width[0], height[0]
        for plane, part in enumerate((1, 2, 2)):
            pitches[plane], lines[plane] = wide // part, tall // part
        self._bytes = wide * tall
        self._height = min(RATES, key=lambda known: abs(known - tall))  # libVLC tells the padded height
        return 1

    def _lock(self, opaque: Any, planes: Any) -> None:
        start = ctypes.addressof(self._picture)
        for plane, part in enumerate((0, 4, 5)):
            planes[plane] = start + self._bytes * part // 4

    def _show(self, opaque: Any, picture: Any) -> None:
        now = zlib.adler32(memoryview(self._picture)[: self._bytes])
        if now != self._sum:  # libVLC shows the last picture again while none comes
            self._sum = now
            self._seen.append(Seen(time.monotonic() - self._began_s, self._height))
