"""The film as libVLC sees it: one media playlist of numbered pieces, some of which are in memory."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Container
from dataclasses import dataclass

from console.gateway.reading import Track


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment, whole and right, of the rung with this index."""

    data: bytes
    rung: int


class Reel:
    """The pieces of an on-demand film, named by their place (0, 1, …). ``memory_bytes`` is what may be held."""

    def __init__(self, track: Track, memory_bytes: int) -> None:
        self.track = track
        self.starts_s = [0.0, *itertools.accumulate(segment.duration_s for segment in track.segments)]
        self._memory_bytes = memory_bytes
        self._pieces: dict[int, Piece] = {}
        self._taken: set[int] = set()
        self._bytes = 0

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return len(self.track.segments)

    @property
    def length_s(self) -> float:
        """The film's length."""
        return self.starts_s[-1]

    def at(self, position_s: float) -> int:
        """The piece at a position."""
        return min(max(bisect.bisect_right(self.starts_s, position_s) - 1, 0), self.count - 1)

    def get(self, place: int) -> Piece | None:
        """A piece that is in memory."""
        return self._pieces.get(place)

    def put(self, place: int, piece: Piece, keep_from: int) -> None:
        """Take a piece into memory; others go for it if there are too many: those before ``keep_from`` first, then
        what libVLC has taken, then the farthest ahead."""
        before = self._pieces.get(place)
        self._pieces[place] = piece
        self._bytes += len(piece.data) - (len(before.data) if before else 0)
        for one in self._going(place, keep_from):
            if self._bytes <= self._memory_bytes:
                break
            self.drop(one)

    def take(self, place: int) -> None:
        """libVLC has a piece."""
        self._taken.add(place)

    def is_taken(self, place: int) -> bool:
        """Whether libVLC has a piece."""
        return place in self._taken

    def _going(self, place: int, keep_from: int) -> list[int]:
        others = sorted(one for one in self._pieces if one != place)
        behind = [one for one in others if one < keep_from]
        taken = [one for one in others if one >= keep_from and one in self._taken]
        rest = [one for one in reversed(others) if one >= keep_from and one not in self._taken]
        return behind + taken + rest

    def drop(self, place: int) -> None:
        """Forget a piece."""
        piece = self._pieces.pop(place, None)
        self._taken.discard(place)
        self._bytes -= len(piece.data) if piece else 0

    def ready_until(self, position_s: float) -> float:
        """Up to where the film is in memory without a gap, from ``position_s`` on."""
        place = self.at(position_s)
        while place in self._pieces:
            place += 1
        return max(self.starts_s[place], position_s)

    def next_missing(self, position_s: float, until_s: float, gone: Container[int] = ()) -> int | None:
        """The first piece that is neither in memory nor ``gone``, from the one at ``position_s`` to ``until_s``."""
        if self._bytes >= self._memory_bytes:
            return None
        for place in range(self.at(position_s), self.count):
            if self.starts_s[place] > until_s:
                return None
            if place not in self._pieces and place not in gone:
                return place
        return None

    def last_below(self, rung: int, from_s: float, but: Container[int] = ()) -> int | None:
        """The last piece that begins at ``from_s`` or later, is in a lower rung, is none of ``but``, and that libVLC
        has not taken yet."""
        below = (one for one, piece in self._pieces.items() if piece.rung < rung and one not in self._taken)
        return max((one for one in below if self.starts_s[one] >= from_s and one not in but), default=None)

    def playlist(self, first: int = 0) -> str:
        """The media playlist from a piece on, with addresses relative to its own."""
        segments = self.track.segments
        longest_s = max([self.track.target_s, *(segment.duration_s for segment in segments)])
        mapped = segments[0].init is not None
        ending = "m4s" if mapped else "ts"
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{math.ceil(longest_s)}"]
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{first}", "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS"]
        if mapped:
            lines.append('#EXT-X-MAP:URI="init.mp4"')
        for place, segment in enumerate(segments[first:], first):
            if segment.discontinuity and place > first:
                lines.append("#EXT-X-DISCONTINUITY")
            lines += [f"#EXTINF:{segment.duration_s:.6f},", f"seg/{place}.{ending}"]
        return "\n".join([*lines, "#EXT-X-ENDLIST", ""])
