"""What the origin offers over HLS: the last seconds of the class, as playlists. No I/O and no clock.

One list serves all rungs: a piece is in it once every rung has it. Numbers begin at the time when the origin started,
so that they grow even over a restart of the origin, as HLS asks of a playlist.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sync.cloud.live.encoding import SOUND_BITS_PER_S, SOUND_CODEC, Rung

OFFERED = 30  # pieces in a playlist
KEPT = 60  # pieces that are still there for who has an older playlist
TARGET_S = 1
OVERHEAD = 1.08
NUMBERS_SINCE = 1_735_689_600  # 2025-01-01


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment, in all rungs: from ``wall_s`` (media wall time) on. ``init`` names what a decoder needs first;
    ``breaks`` says that it does not follow from the one before."""

    name: str
    init: str
    seconds: float
    wall_s: float
    breaks: bool = False


class Window:
    """The playlists of an origin that started at the Unix time ``started_at``."""

    def __init__(self, started_at: float) -> None:
        self._number = self._breaks = max(int(started_at) - NUMBERS_SINCE, 0)
        self._pieces: deque[Piece] = deque()
        self._old: deque[Piece] = deque()
        self._ended = False
        self.rungs: tuple[Rung, ...] = ()
        self._codecs: dict[Rung, str] = {}
        self._rate = 30
        self._has_sound = True

    def describe(self, rungs: Sequence[Rung], codecs: dict[Rung, str], rate: int, has_sound: bool) -> None:
        """What the master playlist says of the rungs; pieces that are not in all of them are offered no more."""
        if set(rungs) - set(self.rungs):
            while self._pieces:
                self._retire()
        self.rungs, self._codecs, self._rate, self._has_sound = tuple(rungs), codecs, rate, has_sound

    @property
    def last(self) -> Piece | None:
        """The newest piece."""
        return self._pieces[-1] if self._pieces else None

    def add(self, piece: Piece) -> list[Piece]:
        """Offer a piece; returns those whose files are no longer needed."""
        self._pieces.append(piece)
        while len(self._pieces) > OFFERED:
            self._retire()
        let_go = []
        while len(self._old) > KEPT:
            let_go.append(self._old.popleft())
        return let_go

    def _retire(self) -> None:
        gone = self._pieces.popleft()
        self._number += 1
        self._breaks += gone.breaks
        self._old.append(gone)

    def end(self) -> None:
        """Nothing will follow."""
        self._ended = True

    def master(self) -> str | None:
        """The master playlist, ``None`` before there is a picture."""
        if not self._pieces:
            return None
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
        for rung in self.rungs:
            peak = round((rung.bits_per_s + SOUND_BITS_PER_S * self._has_sound) * OVERHEAD)
            codecs = ",".join([self._codecs[rung], *([SOUND_CODEC] if self._has_sound else [])])
            lines.append(
                f'#EXT-X-STREAM-INF:BANDWIDTH={peak},CODECS="{codecs}",'
                f"RESOLUTION={rung.width}x{rung.height},FRAME-RATE={self._rate}.000"
            )
            lines.append(f"{rung.name}/media.m3u8")
        return "\n".join(lines) + "\n"

    def media(self) -> str | None:
        """The media playlist, the same for every rung; ``None`` before there is a picture."""
        if not self._pieces:
            return None
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{TARGET_S}", "#EXT-X-INDEPENDENT-SEGMENTS"]
        lines.append(f"#EXT-X-MEDIA-SEQUENCE:{self._number}")
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{self._breaks}")
        init = None
        for piece in self._pieces:
            if piece.breaks:
                lines.append("#EXT-X-DISCONTINUITY")
            if piece.init != init:
                lines.append(f'#EXT-X-MAP:URI="{piece.init}"')
                init = piece.init
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{date_time(piece.wall_s)}")
            lines += [f"#EXTINF:{piece.seconds:.6f},", piece.name]
        if self._ended:
            lines.append("#EXT-X-ENDLIST")
        return "\n".join(lines) + "\n"


def date_time(wall_s: float) -> str:
    """A Unix time as HLS writes it."""
    return datetime.fromtimestamp(round(wall_s, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
