"""Decoded pictures on their way from libVLC's threads to the screen: three buffers, no copies, no tearing.

libVLC writes into one buffer, the newest finished picture rests in another, and the screen may still be reading
a third. A picture is two planes as in NV12: brightness at full size, and both colour differences, side by side,
at half size (half the samplings of three planes, and what hardware decoders give). Neither Kivy nor libVLC here.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from dataclasses import dataclass

_BUFFERS = 3
_ALIGNMENT = 32  # bytes; what libVLC's converters write fastest
_libc = ctypes.CDLL(None)
_libc.memcmp.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]

# Heights and widths in which video is made: libVLC tells only the size of its padded buffers before the first picture.
_STANDARD_HEIGHTS = (2160, 1440, 1080, 900, 720, 576, 540, 480, 432, 360, 288, 270, 240, 216, 180, 144)
_MOST_PADDING = 40


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. ``luma`` holds ``rows`` rows of ``stride`` bytes, ``chroma`` half as many rows of as many bytes
    (a byte of each colour difference in turn). Only ``width`` x ``height`` pixels of them are picture. Colours are
    limited range, of BT.709 or else of BT.601."""

    width: int
    height: int
    stride: int
    rows: int
    bt709: bool
    luma: ctypes.Array[ctypes.c_ubyte]
    chroma: ctypes.Array[ctypes.c_ubyte]

    @classmethod
    def blank(cls, width: int, height: int, bt709: bool = True) -> Frame:
        """A buffer for pictures of this size."""
        stride = -(-width // _ALIGNMENT) * _ALIGNMENT
        rows = height + height % 2
        luma, chroma = (ctypes.c_ubyte * (stride * rows))(), (ctypes.c_ubyte * (stride * rows // 2))()
        return cls(width, height, stride, rows, bt709, luma, chroma)

    def same_as(self, other: Frame) -> bool:
        """Whether both hold the same brightness everywhere."""
        size = ctypes.sizeof(self.luma)
        return size == ctypes.sizeof(other.luma) and not _libc.memcmp(self.luma, other.luma, size)


class Frames:
    """The exchange. ``begin`` and ``show`` are called from libVLC's thread, ``take`` from the screen's."""

    def __init__(self) -> None:
        self.shown = 0  # given to the screen
        self.overtaken = 0  # replaced by a newer one before the screen took it
        self._lock = threading.Lock()
        self._buffers: list[Frame] = []
        self._newest: Frame | None = None
        self._fresh = False
        self._reading: Frame | None = None

    def resize(self, width: int, height: int, bt709: bool = True) -> Frame:
        """Prepare for pictures of another size or kind; returns one of the buffers. The newest picture stays."""
        with self._lock:
            now = self._buffers[0] if self._buffers else None
            if now is None or (now.width, now.height, now.bt709) != (width, height, bt709):
                self._buffers = [Frame.blank(width, height, bt709) for _ in range(_BUFFERS)]
            return self._buffers[0]

    def begin(self) -> tuple[int, Frame]:
        """A buffer to write the next picture into, and its number for ``show``."""
        with self._lock:
            taken = (id(self._newest), id(self._reading))
            return next((i, b) for i, b in enumerate(self._buffers) if id(b) not in taken)

    def repeats(self, number: int) -> bool:
        """Whether buffer ``number`` holds the newest picture once more."""
        newest = self._newest
        return newest is not None and newest.same_as(self._buffers[number])

    def show(self, number: int) -> None:
        """Buffer ``number`` is the newest picture from now on."""
        with self._lock:
            self.overtaken += self._fresh
            self._newest = self._buffers[number]
            self._fresh = True

    def take(self) -> Frame | None:
        """The newest picture if the screen has not had it. It stays untouched until the next one is taken."""
        with self._lock:
            if not self._fresh:
                return None
            self._fresh = False
            self.shown += 1
            self._reading = self._newest
            return self._newest

    def clear(self) -> None:
        """Forget all pictures and free their memory."""
        with self._lock:
            self._buffers = []
            self._newest = self._reading = None
            self._fresh = False

    @property
    def empty(self) -> bool:
        """Whether there is no picture to see."""
        return self._newest is None


def visible_size(width: int, height: int, known: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The size of the picture within libVLC's padded ``width`` x ``height``: one of the sizes the playlist names,
    else a usual one, else all of it (the picture is then stretched by the padding, which nobody sees)."""
    fitting = [size for size in known if _pads(size[0], width) and _pads(size[1], height)]
    if fitting:
        return max(fitting)
    tall = next((usual for usual in _STANDARD_HEIGHTS if _pads(usual, height)), height)
    wide = round(tall * 16 / 9 / 2) * 2
    return (wide if _pads(wide, width) else width, tall)


def _pads(size: int, padded: int) -> bool:
    return size <= padded <= size + _MOST_PADDING
