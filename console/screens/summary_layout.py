"""Where everything of the summary lies, on each size of panel. No Kivy."""

from __future__ import annotations

from functools import cache

from console.screens.ride_layout import Place

_TILE, _GAP = 197, 12
WIDE = {
    "back": Place(72, 72, left=48, top=28),
    "heading": Place(760, 72, left=144, top=28),
    "state": Place(700, 72, right=256, top=28),
    "done": Place(184, 72, right=48, top=28),
    "total": Place(560, 212, left=48, top=128),
    **{f"tile{i}": Place(_TILE, 212, left=624 + (_TILE + 13) * i, top=128) for i in range(6)},
    "output": Place(1286, 420, left=48, top=356),
    "zones": Place(522, 420, right=48, top=356),
    "cadence": Place(418, 239, left=48, top=792),
    "resistance": Place(418, 239, left=482, top=792),
    "heart": Place(418, 239, left=916, top=792),
    "next": Place(522, 239, right=48, top=792),
}
COMPACT = {
    "back": Place(64, 64, left=28, top=20),
    "heading": Place(480, 64, left=108, top=20, natural=72),
    "state": Place(480, 64, right=180, top=20, natural=72),
    "done": Place(140, 64, right=28, top=20),
    "total": Place(370, 150, left=28, top=100, natural=212),
    **{f"tile{i}": Place(132, 150, left=408 + 141 * i, top=100, natural=212) for i in range(6)},
    "output": Place(822, 294, left=28, top=264, natural=420),
    "zones": Place(386, 294, right=28, top=264, natural=420),
    "cadence": Place(264, 204, left=28, top=572, natural=239),
    "resistance": Place(264, 204, left=307, top=572, natural=239),
    "heart": Place(264, 204, left=586, top=572, natural=239),
    "next": Place(386, 204, right=28, top=572, natural=239),
}


@cache
def places(compact: bool, asks: bool) -> dict[str, Place]:
    """The table for a panel; ``asks`` has the question how hard it was in the place of what comes next."""
    table = COMPACT if compact else WIDE
    return {"rating" if asks and name == "next" else name: place for name, place in table.items()}
