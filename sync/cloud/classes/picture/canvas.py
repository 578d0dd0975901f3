"""A video frame in the encoder's own form (planar YUV 4:2:0, BT.709, limited range), and what can be laid on it.

Frames are composed in these planes with integer arithmetic: pictures are converted once, never per frame.
Positions and sizes here are pixels of the canvas; everything above speaks design pixels of 1920x1080.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint16]
Floats = NDArray[np.floating[Any]]
DESIGN_HEIGHT = 1080

_LUMA = np.array((0.2126, 0.7152, 0.0722), np.float32)


def to_yuv(colours: Floats, cover: Floats | float = 1.0) -> tuple[Floats, Floats, Floats]:
    """``(..., 3)`` RGB 0-255 as planes Y, U, V (BT.709, limited range), unrounded. Where the colours are multiplied
    by an opacity, ``cover`` (0-1) is that opacity, and the planes are multiplied by it too."""
    light = colours @ _LUMA
    u = 128 * cover + (colours[..., 2] - light) * np.float32(224 / 255 / 1.8556)
    v = 128 * cover + (colours[..., 0] - light) * np.float32(224 / 255 / 1.5748)
    return 16 * cover + light * np.float32(219 / 255), u, v


def to_rgb(canvas: Canvas) -> Bytes:
    """The canvas as ``(height, width, 3)`` RGB bytes."""
    u, v = (np.repeat(np.repeat(plane, 2, 0), 2, 1).astype(np.float32) - 128 for plane in (canvas.u, canvas.v))
    light = (canvas.y.astype(np.float32) - 16) * (255 / 219)
    red, blue = light + v * (255 / 224 * 1.5748), light + u * (255 / 224 * 1.8556)
    green = (light - red * _LUMA[0] - blue * _LUMA[2]) / _LUMA[1]
    return np.clip(np.stack((red, green, blue), axis=-1) + 0.5, 0, 255).astype(np.uint8)


def halved(plane: Floats) -> Floats:
    """Means of 2x2 blocks; rows and columns must be even."""
    return (plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]) / 4


class Canvas:
    """One frame: ``frame`` holds its bytes as the encoder reads them, ``y``, ``u``, ``v`` are views into it."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height, self.scale = width, height, height / DESIGN_HEIGHT
        area = width * height
        self.frame: Bytes = np.zeros(area * 3 // 2, np.uint8)
        self.y = self.frame[:area].reshape(height, width)
        self.u = self.frame[area : area * 5 // 4].reshape(height // 2, width // 2)
        self.v = self.frame[area * 5 // 4 :].reshape(height // 2, width // 2)
        self._room: Words = np.empty((height, width), np.uint16)

    def above(self, row: int) -> Canvas:
        """The part above ``row`` (even) of this same canvas: what is drawn there is cut at it."""
        part = copy.copy(self)
        part.y, part.u, part.v = self.y[:row], self.u[: row // 2], self.v[: row // 2]
        return part

    def blend(self, plane: Bytes, over: Words, keep: Words) -> None:
        """Lay premultiplied ``over`` onto ``plane``, of which ``keep`` / 256 stays."""
        room = self._room[: plane.shape[0], : plane.shape[1]]
        np.multiply(plane, keep, out=room)
        np.add(room, over, out=room)
        np.right_shift(room, 8, out=room)
        plane[:] = room


@dataclass(frozen=True, slots=True)
class Backdrop:
    """An opaque picture as wide as the canvas, laid on from row ``top`` (even)."""

    y: Bytes
    u: Bytes
    v: Bytes
    top: int = 0

    @classmethod
    def of(cls, colours: Floats, top: int = 0) -> Backdrop:
        """From ``(rows, columns, 3)`` RGB 0-255; rounding is dithered, so that dark gradients show no bands."""
        light, blue, red = to_yuv(colours)
        noise = np.random.default_rng(7).random(colours.shape[:2], np.float32)
        small = noise[::2, ::2]
        y, u, v = light + noise, halved(blue) + small, halved(red) + small
        return cls(y.astype(np.uint8), u.astype(np.uint8), v.astype(np.uint8), top)

    def draw(self, canvas: Canvas) -> None:
        """Copy it into the canvas; what lies below the canvas is cut."""
        rows = min(self.y.shape[0], canvas.height - self.top)
        half = self.top // 2
        canvas.y[self.top : self.top + rows] = self.y[:rows]
        canvas.u[half : half + rows // 2] = self.u[: rows // 2]
        canvas.v[half : half + rows // 2] = self.v[: rows // 2]


@dataclass(frozen=True, slots=True)
class _Plane:
    """One plane of a sprite. From row ``solid`` on nothing shines through: ``opaque`` has those rows as bytes."""

    over: Words
    keep: Words
    solid: int
    opaque: Bytes

    @classmethod
    def of(cls, over: Floats, cover: Floats) -> _Plane:
        words, keep = (over * 256 + 127).astype(np.uint16), (256.5 - cover * 256).astype(np.uint16)
        clear = np.flatnonzero(keep.any(axis=1))
        solid = int(clear[-1]) + 1 if len(clear) else 0
        return cls(words, keep, solid, (words[solid:] >> 8).astype(np.uint8))

    def draw(self, canvas: Canvas, plane: Bytes, left: int, top: int, share: int, columns: slice) -> None:
        """Lay these columns onto ``plane``, ``share`` / 256 opaque, the sprite's corner at ``left, top``."""
        rows, start, end = self.over.shape[0], columns.start, columns.stop
        y0, y1 = max(top, 0) - top, min(top + rows, plane.shape[0]) - top
        x0, x1 = max(left + start, 0) - left, min(left + end, plane.shape[1]) - left
        if y0 >= y1 or x0 >= x1:
            return
        under = plane[top + y0 : top + y1, left + x0 : left + x1]
        if share < 256:
            canvas.blend(under, *self._faded(slice(y0, y1), slice(x0, x1), share))
            return
        mixed = max(min(self.solid, y1) - y0, 0)
        if mixed:
            canvas.blend(under[:mixed], self.over[y0 : y0 + mixed, x0:x1], self.keep[y0 : y0 + mixed, x0:x1])
        if y1 > self.solid:
            under[mixed:] = self.opaque[y0 + mixed - self.solid : y1 - self.solid, x0:x1]

    def _faded(self, rows: slice, columns: slice, share: int) -> tuple[Words, Words]:
        over, keep = (part[rows, columns].astype(np.uint32) for part in (self.over, self.keep))
        return (over * share >> 8).astype(np.uint16), (256 - ((256 - keep) * share >> 8)).astype(np.uint16)


class Sprite:
    """A picture with transparency, ready to be laid anywhere on a canvas."""

    def __init__(self, picture: Floats) -> None:
        """From ``(rows, columns, 4)`` RGBA 0-255, colours multiplied by their opacity; grown to even sizes."""
        picture = np.pad(picture, ((0, picture.shape[0] % 2), (0, picture.shape[1] % 2), (0, 0)))
        self.height, self.width = picture.shape[:2]
        self._top, bottom = _inked(picture[..., 3])
        picture = picture[self._top : bottom]
        cover = picture[..., 3] / 255
        over = to_yuv(picture[..., :3], cover)
        small = halved(cover)
        self._planes = (_Plane.of(over[0], cover), *(_Plane.of(halved(plane), small) for plane in over[1:]))

    def draw(self, canvas: Canvas, x: float, y: float, opacity: float = 1.0, part: float = 1.0) -> None:
        """Lay it with its top left corner at ``x, y``; what lies outside is cut. ``part`` shows only the left
        share of its width, negative the right share."""
        share, left, top = round(opacity * 256), round(x), round(y) + self._top
        if share <= 0:
            return
        for plane, sprite, n in zip((canvas.y, canvas.u, canvas.v), self._planes, (1, 2, 2), strict=True):
            wide, shown = self.width // n, round(abs(part) * self.width / n)
            columns = slice(0, shown) if part >= 0 else slice(wide - shown, wide)
            sprite.draw(canvas, plane, left // n, top // n, share, columns)


def _inked(cover: Floats) -> tuple[int, int]:
    """The even rows between which there is anything to see."""
    rows = np.flatnonzero(cover.any(axis=1))
    return (int(rows[0]) // 2 * 2, int(rows[-1]) // 2 * 2 + 2) if len(rows) else (0, 2)
