"""Which rows of a leaderboard a rider sees, and how they read. No Kivy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from console.words import _
from sync.records import Board, StandingsRow


class Kind(Enum):
    """Whose row it is."""

    OTHER = "other"
    ME = "me"
    GHOST = "ghost"  # the rider's own best ride


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``apart`` rows (the leader) have a line under them, since riders between are left out. Who has a
    ``handle`` can be given a high five."""

    rank: str
    name: str
    value: str
    kind: Kind = Kind.OTHER
    apart: bool = False
    handle: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    row: Row
    ahead_kj: float


def signed(difference_kj: float) -> str:
    """A difference as riders read it: ``+4``, ``−1.2``; tenths only where they matter."""
    size = abs(difference_kj)
    words = f"{size:.1f}" if size < 9.95 else str(round(size))
    if float(words) == 0:
        return "0"
    return ("+" if difference_kj > 0 else "−") + words


def board_rows(board: Board, my_kj: float, ghost_kj: float | None, places: int) -> list[Row]:
    """At most ``places`` rows, best first: the leader (from five places on), and the riders around me.

    Differences to others are those of the standings, all judged at one moment of the class clock; my own row shows
    what I have now. ``ghost_kj`` is what my best ride had at this moment, ``None`` without one.
    """
    mine = next((row for row in board.rows if row.you), None)
    reference_kj = my_kj if mine is None else mine.kj
    placed = [_Placed(_other(row, reference_kj), row.kj - reference_kj) for row in board.rows if not row.you]
    if ghost_kj is not None:
        ghost = Row("", _("Your best"), signed(ghost_kj - my_kj), Kind.GHOST)
        placed.append(_Placed(ghost, ghost_kj - my_kj))
    rank = mine.rank if mine else board.rank
    me = Row("" if rank is None else str(rank), _("You"), f"{my_kj:.0f} kJ", Kind.ME)
    above = sorted((p for p in placed if _is_above(p, rank)), key=lambda p: -p.ahead_kj)
    below = sorted((p for p in placed if not _is_above(p, rank)), key=lambda p: -p.ahead_kj)
    return _cut([p.row for p in above], me, [p.row for p in below], places)


def _other(row: StandingsRow, reference_kj: float) -> Row:
    return Row(str(row.rank), row.name, signed(row.kj - reference_kj), handle=row.handle)


def _is_above(placed: _Placed, my_rank: int | None) -> bool:
    """Riders stand where the cloud ranks them, even when the distance reads 0; a ghost where it is."""
    if placed.row.kind is Kind.GHOST or my_rank is None:
        return placed.ahead_kj > 0
    return int(placed.row.rank) < my_rank


def _cut(above: Sequence[Row], me: Row, below: Sequence[Row], places: int) -> list[Row]:
    room = places - 1
    leader = above[0] if places >= 5 and len(above) > 1 else None
    if leader is not None:
        above, room = above[1:], room - 1
    take_above = min(len(above), max((room + 1) // 2, room - len(below)))
    near = list(above[len(above) - take_above :])
    rows = [*near, me, *below[: room - take_above]]
    if leader is None:
        return rows
    apart = take_above < len(above) or not near or _gap(leader, near[0])
    return [replace(leader, apart=apart), *rows]


def _gap(upper: Row, lower: Row) -> bool:
    return upper.rank.isdigit() and lower.rank.isdigit() and int(lower.rank) > int(upper.rank) + 1
