"""Where everything of the ride screen lies, on each size of panel. No Kivy: a table, and how to read it.

Places are in design pixels: of 1920x1080 on wide panels, of 1280x800 on small ones. What is tied to an edge stays with
it, so a wider panel only widens the free middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

Box = tuple[int, int, int, int]  # x, y (from the bottom), width, height, in window pixels


@dataclass(frozen=True, slots=True)
class Place:
    """``left`` or ``right`` and ``top`` or ``bottom`` are distances from those edges; with neither side, or with both,
    the place is centred or stretched. ``natural`` is the height its inner measures are made for, if not ``height``."""

    width: float = 0
    height: float = 0
    left: float | None = None
    right: float | None = None
    top: float | None = None
    bottom: float | None = None
    natural: float | None = None
    hugs: bool = False  # as wide as its words; ``width`` only places it

    def box(self, unit: float, across: float, along: float) -> Box:
        """The place on a window ``across`` x ``along`` pixels, where a design pixel is ``unit`` window pixels."""
        width, height = self.width * unit, self.height * unit
        if self.left is not None and self.right is not None:
            width = across - (self.left + self.right) * unit
        if self.left is not None:
            x = self.left * unit
        else:
            x = (across - width) / 2 if self.right is None else across - self.right * unit - width
        y = self.bottom * unit if self.bottom is not None else along - (self.top or 0.0) * unit - height
        return round(x), round(y), round(width), round(height)


_BOTH = {"leave": Place(72, 72, left=48, top=28)}

WIDE = _BOTH | {
    "title": Place(360, 72, left=132, top=28, hugs=True),
    "banner": Place(880, 120, top=24),
    "captions": Place(72, 72, right=216, top=28),
    "sound": Place(72, 72, right=132, top=28),
    "fold": Place(72, 72, right=48, top=28),
    "heart": Place(280, 185, left=48, top=176),
    "best": Place(280, 203, left=48, top=378),
    "board": Place(380, 572, right=48, top=124),
    "totals": Place(380, 256, right=48, bottom=120, natural=256),
    "cadence": Place(424, 256, left=48, bottom=120),
    "output": Place(536, 296, left=492, bottom=120),
    "resistance": Place(424, 256, left=1048, bottom=120),
    "strip": Place(0, 80, left=48, right=48, bottom=24),
    "spoken": Place(1100, 120, left=360, bottom=440),
    "stall": Place(420, 56, top=156),
    "toast": Place(1040, 148, top=168),
}
WIDE_FOLDED = _BOTH | {
    "fold": Place(216, 72, right=48, top=28),
    "cadence_row": Place(400, 132, left=48, bottom=36),
    "output_row": Place(440, 132, left=468, bottom=36),
    "resistance_row": Place(410, 132, left=928, bottom=36),
    "segment_row": Place(0, 132, left=1358, right=48, bottom=36),
    "spoken": Place(1100, 120, bottom=200),
    "stall": Place(420, 56, top=36),
    "toast": Place(1040, 148, top=124),
}
_BOTH = {"leave": Place(64, 64, left=28, top=20)}
COMPACT = _BOTH | {
    "banner": Place(680, 96, left=240, top=16, natural=120),
    "heart_pill": Place(196, 64, right=102, top=20),
    "fold": Place(64, 64, right=28, top=20),
    "board": Place(340, 218, right=28, top=130, natural=218),
    "totals": Place(340, 218, left=28, top=130, natural=256),
    "cadence": Place(370, 216, left=28, bottom=106),
    "output": Place(452, 246, left=414, bottom=106),
    "resistance": Place(370, 216, right=28, bottom=106),
    "strip": Place(0, 66, left=28, right=28, bottom=24),
    "spoken": Place(860, 90, left=28, bottom=364),
    "stall": Place(300, 44, left=430, top=122),
    "toast": Place(688, 112, left=212, top=124),
    "menu": Place(300, 244, right=28, top=94),
}
COMPACT_FOLDED = _BOTH | {
    "fold": Place(170, 64, right=28, top=20),
    "cadence_row": Place(280, 88, left=28, bottom=24),
    "output_row": Place(290, 88, left=316, bottom=24),
    "resistance_row": Place(284, 88, left=614, bottom=24),
    "segment_row": Place(0, 88, left=906, right=28, bottom=24),
    "spoken": Place(900, 90, bottom=130),
    "stall": Place(300, 44, top=30),
    "toast": Place(688, 112, top=100),
}

ROW, ROW_GAP, ROW_EDGE = 84.0, 4.0, 10.0  # of the brake's menu, as it draws them
LOW_ROW, SMALL_ROW = 72.0, 66.0

WIDE_BRAKE = {  # beside the button that is always there: captions and sound may not be
    "brake": Place(72, 72, right=132, top=28),
    "sound": Place(72, 72, right=216, top=28),
    "captions": Place(72, 72, right=300, top=28),
}
WIDE_WITHOUT_HEART = {name: place for name, place in WIDE.items() if name != "heart"}
WIDE_WITHOUT_HEART["best"] = Place(280, 203, left=48, top=176)


@cache
def places(compact: bool, folded: bool, heart: bool = True, brake_rows: int = 0) -> dict[str, Place]:
    """The table for a panel; without a heart card the own best moves up. ``brake_rows`` has the brake's menu."""
    if folded:
        return COMPACT_FOLDED if compact else WIDE_FOLDED
    if compact:
        menu = {"menu": Place(300, 320, right=28, top=94, natural=320)} if brake_rows else {}
        return COMPACT | menu | brake_menu(brake_rows, SMALL_ROW, right=28, top=94, width=320)
    wide = WIDE if heart else WIDE_WITHOUT_HEART
    return wide | WIDE_BRAKE | brake_menu(brake_rows, ROW, right=48, top=112, width=392) if brake_rows else wide


def brake_menu(rows: int, row: float, *, right: float, top: float, width: float) -> dict[str, Place]:
    """Where the menu of the brake lies, with so many rows of this height; nowhere without rows."""
    if not rows:
        return {}
    height = 2 * ROW_EDGE + rows * ROW + (rows - 1) * ROW_GAP
    return {"brake_menu": Place(width, height * row / ROW, right=right, top=top, natural=height)}
