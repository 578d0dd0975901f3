"""The words of the picture: the segment's name, zone, targets and progress, the class's title.

They keep to the part of the screen that the console leaves free; the whole plan is the console's to show.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sync.cloud.classes.picture.canvas import Canvas, Floats, Sprite
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import INK, SOFT, TEXT, ZONE_INKS, ZONES, Colour
from sync.cloud.classes.plan import Plan, PlannedSegment, zone_of

FONTS = Path(__file__).resolve().parents[4] / "assets" / "fonts"
TITLE, NUMBERS, WORDS = "BarlowCondensed-ExtraBold.ttf", "Numbers-Bold.ttf", "Inter-SemiBold.ttf"
LEFT, TOP, WIDE = 380, 188, 500
TITLE_S, NAME_S, NEXT_S, FADE_S = 6.0, 4.5, 8.0, 0.5


def text_sprite(text: str, font: str, size_px: float, colour: Colour, widest_px: float = 1e9) -> Sprite:
    """A line of text; smaller than ``size_px`` where it would be wider than ``widest_px``."""
    face = ImageFont.truetype(str(FONTS / font), size_px)
    if (length := face.getlength(text)) > widest_px:
        face = ImageFont.truetype(str(FONTS / font), size_px * widest_px / length)
    left, _, right, _ = face.getbbox(text)
    ascent, descent = face.getmetrics()
    mask = Image.new("L", (int(right - left) + 2, ascent + descent))
    ImageDraw.Draw(mask).text((1 - left, 0), text, fill=255, font=face)
    return Sprite(_tinted(np.asarray(mask, np.float32), colour))


def _tinted(cover: Floats, colour: Colour) -> Floats:
    return cover[..., None] * np.array((*colour, 255), np.float32) / 255


def rounded_box(width: int, height: int, radius: float, colour: Colour, opacity: float = 1.0) -> Sprite:
    """A filled rectangle with round corners."""
    mask = Image.new("L", (width * 4, height * 4))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width * 4 - 1, height * 4 - 1), radius * 4, fill=255)
    return Sprite(_tinted(np.asarray(mask.reduce(4), np.float32) * opacity, colour))


class Lettering:
    """Draws the words of a class onto canvases of one scale."""

    def __init__(self, plan: Plan, scale: float) -> None:
        self._plan, self._scale = plan, scale
        self._text = lru_cache(maxsize=256)(self._paint)
        self._title = self._text(plan.title.upper(), TITLE, 104, TEXT)
        self._coach = self._text(f"with {plan.coach}", WORDS, 30, SOFT)
        self._track = rounded_box(self._px(WIDE - 96), self._px(6), 3 * scale, TEXT, 0.28)
        self._fills = [rounded_box(self._px(WIDE - 96), self._px(6), 3 * scale, colour) for colour in ZONES]
        self._scrim = rounded_box(self._px(WIDE + 40), self._px(150), 28 * scale, INK, 0.34)
        self._blocks = [self._block(zone) for zone in range(1, 8)]

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Draw the words of ``moment``."""
        segment = self._plan.segments[moment.index]
        opening = moment.at_s < TITLE_S < self._plan.segments[0].seconds
        title = _shown(moment.at_s, 0.6, TITLE_S - FADE_S) if opening else 0.0
        plate = _shown(moment.at_s, TITLE_S, 1e9) if opening else _shown(moment.into_s, 0, 1e9)
        self._draw(canvas, self._title, LEFT, TOP - 16, title)
        self._draw(canvas, self._coach, LEFT + 4, TOP + 112, title)
        if plate > 0:
            self._draw_plate(canvas, moment, segment, plate)
        if moment.left_s < NEXT_S and moment.index + 1 < len(self._plan.segments):
            self._draw_next(canvas, self._plan.segments[moment.index + 1], _shown(NEXT_S - moment.left_s, 0, 1e9))

    def _draw_plate(self, canvas: Canvas, moment: Moment, segment: PlannedSegment, opacity: float) -> None:
        zone, slide = zone_of(segment), 24 * (1 - opacity)
        self._draw(canvas, self._scrim, LEFT - 20 - slide, TOP - 20, opacity)
        self._draw(canvas, self._blocks[zone - 1], LEFT - slide, TOP, opacity)
        left = LEFT + 96 - slide
        self._draw(canvas, self._text(segment.name.upper(), TITLE, 56, TEXT), left, TOP - 12, opacity)
        if targets := _targets(segment):
            self._draw(canvas, self._text(targets, WORDS, 26, SOFT), left, TOP + 52, opacity)
        self._draw(canvas, self._track, left, TOP + 102, opacity)
        done = moment.into_s / segment.seconds
        self._fills[zone - 1].draw(canvas, left * self._scale, (TOP + 102) * self._scale, opacity, done)

    def _draw_next(self, canvas: Canvas, segment: PlannedSegment, opacity: float) -> None:
        left = LEFT
        self._draw(canvas, self._text("Next", WORDS, 26, SOFT), left, TOP + 149, opacity)
        name = self._text(segment.name.upper(), TITLE, 40, TEXT)
        self._draw(canvas, name, left + 72, TOP + 140, opacity)
        length = self._text(_clock(segment.seconds), NUMBERS, 38, SOFT)
        self._draw(canvas, length, left + 72 + name.width / self._scale + 18, TOP + 142, opacity)

    def _draw(self, canvas: Canvas, sprite: Sprite, x: float, y: float, opacity: float) -> None:
        sprite.draw(canvas, x * self._scale, y * self._scale, opacity)

    def _paint(self, text: str, font: str, size: float, colour: Colour) -> Sprite:
        return text_sprite(text, font, size * self._scale, colour, WIDE * self._scale)

    def _block(self, zone: int) -> Sprite:
        side = self._px(76)
        mask = Image.new("RGBA", (side * 4, side * 4))
        pen = ImageDraw.Draw(mask)
        pen.rounded_rectangle((0, 0, side * 4 - 1, side * 4 - 1), side * 0.72, fill=ZONES[zone - 1])
        face = ImageFont.truetype(str(FONTS / NUMBERS), side * 4 * 0.6)
        pen.text((side * 2, side * 2), f"Z{zone}", fill=ZONE_INKS[zone - 1], font=face, anchor="mm")
        return Sprite(np.asarray(mask.convert("RGBa").reduce(4), np.float32))

    def _px(self, design: float) -> int:
        return max(round(design * self._scale / 2) * 2, 2)


def _shown(at_s: float, start_s: float, end_s: float) -> float:
    """Opacity of something that comes at ``start_s`` and goes at ``end_s``, both within ``FADE_S``; eased."""
    share = min(max(min((at_s - start_s) / FADE_S, (end_s - at_s) / FADE_S + 1), 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _targets(segment: PlannedSegment) -> str:
    spans = ((segment.cadence_rpm, "rpm"), (segment.resistance_pct, "%"))
    return "    ".join(f"{span[0]}–{span[1]} {unit}" for span, unit in spans if span)


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"
