"""A live film as libVLC sees it: a media playlist that slides, of pieces that are all in memory. Pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

WINDOW = 12  # pieces in the playlist
KEPT = 24  # pieces in memory, for who has an older playlist


@dataclass(frozen=True, slots=True)
class Aired:
    """One piece: its place, media wall time and rung. ``breaks``: its clock does not go on from the one before."""

    place: int
    wall_s: float
    duration_s: float
    data: bytes
    rung: int
    breaks: bool = False


class Broadcast:
    """The last pieces of a live film."""

    def __init__(self) -> None:
        self._pieces: deque[Aired] = deque(maxlen=KEPT)
        self._breaks_gone = 0
        self.mapped = True  # whether there is an init
        self.ended = False

    @property
    def end_wall_s(self) -> float | None:
        """Media wall time up to which there are pieces."""
        return self._pieces[-1].wall_s + self._pieces[-1].duration_s if self._pieces else None

    @property
    def last(self) -> Aired | None:
        """The newest piece."""
        return self._pieces[-1] if self._pieces else None

    @property
    def count(self) -> int:
        """How many pieces are in memory."""
        return len(self._pieces)

    def put(self, piece: Aired) -> None:
        """One more piece, behind the others."""
        offered = list(self._pieces)[-WINDOW:]
        if len(offered) == WINDOW:
            self._breaks_gone += offered[0].breaks
        self._pieces.append(piece)

    def get(self, place: int) -> Aired | None:
        """A piece that is still in memory."""
        return next((piece for piece in self._pieces if piece.place == place), None)

    def playlist(self, first: int = 0) -> str:
        """The media playlist, from a piece on, with addresses relative to its own."""
        pieces = [piece for piece in self._pieces if piece.place >= first][-WINDOW:]
        target_s = max((math.ceil(piece.duration_s) for piece in pieces), default=1)
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{target_s}", "#EXT-X-INDEPENDENT-SEGMENTS"]
        lines.append(f"#EXT-X-MEDIA-SEQUENCE:{pieces[0].place if pieces else 0}")
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{self._breaks_gone}")
        if self.mapped:
            lines.append('#EXT-X-MAP:URI="init.mp4"')
        for piece in pieces:
            if piece.breaks and piece.place > first:
                lines.append("#EXT-X-DISCONTINUITY")
            at = datetime.fromtimestamp(round(piece.wall_s, 3), UTC).isoformat(timespec="milliseconds")
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{at.replace('+00:00', 'Z')}")
            lines += [f"#EXTINF:{piece.duration_s:.6f},", f"seg/{piece.place}.{'m4s' if self.mapped else 'ts'}"]
        return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if self.ended else []), ""])
