"""Where everything of the free ride lies, on each size of panel. No Kivy."""

from __future__ import annotations

from functools import cache

from console.screens.ride_layout import LOW_ROW, SMALL_ROW, Place, brake_menu

WIDE = {
    "leave": Place(72, 72, left=48, top=28),
    "title": Place(176, 72, left=144, top=28),
    "goal": Place(362, 64, left=328, top=32, hugs=True),
    "clock": Place(300, 96, top=24),
    "heart": Place(222, 72, right=336, top=28),
    "brake": Place(72, 72, right=574, top=28),
    "lap": Place(72, 72, right=248, top=28),
    "pause": Place(188, 72, right=48, top=28),
    "cadence": Place(440, 464, left=60, top=176),
    "output": Place(560, 540, left=550, top=140),
    "resistance": Place(440, 464, left=1160, top=176),
    "totals": Place(240, 490, right=48, top=150),
    "history": Place(0, 372, left=48, right=48, bottom=28),
    "wake": Place(0, 372, left=48, right=48, bottom=28),
    "menu": Place(640, 432, left=328, top=108),
    "toast": Place(1040, 148, bottom=130),
}
COMPACT = {
    "leave": Place(64, 64, left=28, top=20),
    "goal": Place(330, 64, left=108, top=20, hugs=True),
    "clock": Place(220, 64, left=456, top=20, natural=72),
    "heart": Place(196, 64, right=284, top=20),
    "brake": Place(64, 64, right=492, top=20),
    "lap": Place(64, 64, right=208, top=20),
    "pause": Place(168, 64, right=28, top=20),
    "cadence": Place(340, 360, left=28, top=128),
    "output": Place(400, 410, left=376, top=96),
    "resistance": Place(340, 360, left=784, top=128),
    "totals": Place(130, 384, right=28, top=108, natural=490),
    "history": Place(0, 252, left=28, right=28, bottom=24, natural=330),
    "wake": Place(0, 252, left=28, right=28, bottom=24, natural=372),
    "menu": Place(520, 360, left=108, top=92, natural=432),
    "toast": Place(688, 112, bottom=84),
}


@cache
def places(compact: bool, brake_rows: int = 0) -> dict[str, Place]:
    """The table for a panel. ``brake_rows`` has the brake's menu."""
    if compact:
        return COMPACT | brake_menu(brake_rows, SMALL_ROW, right=236, top=92, width=320)
    return WIDE | brake_menu(brake_rows, LOW_ROW, right=400, top=106, width=420)
