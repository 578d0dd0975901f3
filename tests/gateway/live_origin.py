"""An origin of a live class: pieces of a film that was made before appear by the clock, with PROGRAM-DATE-TIME."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from tests.gateway.origin import Origin

OFFERED = 10


class LiveOrigin(Origin):
    """``folder`` has rungs ``vN`` of 1 s pieces. Piece 0 was on the air at ``since`` (Unix time); this origin joined
    at piece ``joined``. ``stuck_at`` stops its playlist there; ``ends_at`` is the last piece of the class. From
    ``restarted_at`` on, its encoder sends the film from the beginning again."""

    def __init__(self, folder: Path, since: float, joined: int = 0, skew_s: float = 0.0) -> None:
        super().__init__(folder)
        self.since, self.joined, self.skew_s = since, joined, skew_s
        self.stuck_at: int | None = None
        self.ends_at: int | None = None
        self.restarted_at: int | None = None
        for rung in folder.glob("v*"):
            self.pages[f"/{rung.name}/v.m3u8"] = self.playlist

    def playlist(self) -> str:
        """The media playlist as it is now."""
        newest = int(time.time() - self.since) - 1
        newest = min(newest, *(n for n in (self.stuck_at, self.ends_at) if n is not None), 10**9)
        first = max(newest - OFFERED + 1, self.joined)
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:1"]
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{first - self.joined}", '#EXT-X-MAP:URI="init.mp4"']
        for number in range(first, newest + 1):
            at = datetime.fromtimestamp(self.since + number + self.skew_s, UTC).isoformat(timespec="milliseconds")
            sent = number
            if self.restarted_at is not None and number >= self.restarted_at:
                sent = number - self.restarted_at
                lines += ["#EXT-X-DISCONTINUITY"] if sent == 0 else []
            lines += [f"#EXT-X-PROGRAM-DATE-TIME:{at}", "#EXTINF:1.000000,", f"{sent}.m4s"]
        if self.ends_at is not None and newest >= self.ends_at:
            lines.append("#EXT-X-ENDLIST")
        return "\n".join([*lines, ""])
