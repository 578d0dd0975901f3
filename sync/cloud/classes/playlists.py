"""The master playlist, which holds a class together."""

from __future__ import annotations

from collections.abc import Iterable

from sync.cloud.classes.language import ENGLISH, name_of
from sync.cloud.classes.packaging import Rung
from sync.cloud.classes.trick import Trick

PIECES_ID, THUMBNAILS_ID = "org.breakaway.pieces", "org.breakaway.thumbnails"
STILL_ID = "org.breakaway.still"


def master(rungs: Iterable[Rung], captions: str, trick: Trick | None, pieces: str, language: str = ENGLISH) -> str:
    """The master playlist: what any player shows first, the best of it first. All paths are relative to the class;
    ``language`` is the tag of the captions'."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines.append(f'#EXT-X-SESSION-DATA:DATA-ID="{PIECES_ID}",URI="{pieces}"')
    if trick:
        lines.append(f'#EXT-X-SESSION-DATA:DATA-ID="{THUMBNAILS_ID}",VALUE="{trick.thumbnails}"')
    rungs = list(rungs)
    lines += [f'#EXT-X-SESSION-DATA:DATA-ID="{STILL_ID}",VALUE="{one.playlist}"' for one in rungs if one.still]
    lines.append(
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="{name_of(language)}",LANGUAGE="{language}",'
        f'DEFAULT=NO,AUTOSELECT=NO,FORCED=NO,URI="{captions}"'
    )
    ordered = sorted(rungs, key=lambda one: (one.still, not one.plain, one.video_range != "SDR", -one.height, one.name))
    for rung in ordered:
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={rung.peak},AVERAGE-BANDWIDTH={rung.average},"
            f'CODECS="{rung.codecs}",RESOLUTION={rung.width}x{rung.height},'
            f'FRAME-RATE={rung.frames_per_s}.000,VIDEO-RANGE={rung.video_range},SUBTITLES="captions"'
        )
        lines.append(rung.playlist)
    if trick:
        lines.append(
            f"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH={trick.peak},AVERAGE-BANDWIDTH={trick.average},"
            f'CODECS="{trick.codecs}",RESOLUTION={trick.width}x{trick.height},URI="{trick.playlist}"'
        )
    return "\n".join(lines) + "\n"
