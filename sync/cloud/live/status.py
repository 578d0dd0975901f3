"""What an origin tells of itself at ``/live.json``: for consoles, for the cloud, and for whoever looks after it.

A console on the feed learns from it when the picture that it shows was on the air. libVLC tells no timestamps, but it
shows a live picture a fixed time after it was sent: what SRT waits to mend losses (the longer of both sides' latency),
its own caching, and about one picture for itself. So

    media wall time now = the cloud's time - feed.delay_s - SRT's latency - network-caching - SHOWING_S

while pictures come one after the other; measured with libVLC 3.0.24: right within 10 ms (median), 40 ms (95 of 100).
After a gap in the pictures libVLC may show all that follows later: open the feed anew, or go to HLS. (Its ``get_time``
does not help: after a gap of 0.6 s it was 0.4 s wrong, and after one of 2.5 s 1.2 s.)

For programs that see timestamps: a PTS of the feed, or of the segments, in units of 1/90000 s, is on the air at
mapping.wall_at_pts_0 + PTS / 90000.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.cloud.live.origin import Origin
from sync.cloud.live.session import Session


@dataclass(frozen=True, slots=True)
class Mapping:
    """``run`` changes when the mapping starts anew."""

    run: str
    pts_hz: int
    wall_at_pts_0: float


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """``delay_s``: from media wall time to sending. ``latency_ms``: what SRT adds to mend losses."""

    port: int
    open: bool
    latency_ms: int
    delay_s: float | None


@dataclass(frozen=True, slots=True)
class RecordingStatus:
    bytes: int
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """``state``: waiting (for an encoder), live, or ended. ``now`` is this origin's clock."""

    class_id: str
    origin: str
    now: float
    state: str
    encoder: str | None
    picture: str | None
    playlist: str
    edge_wall_s: float | None
    behind_s: float
    mapping: Mapping | None
    feed: FeedStatus
    recording: RecordingStatus | None
    trouble: str | None


def status(origin: Origin, class_id: str, name: str) -> Status:
    """How the origin is now."""
    session, last = origin.session, origin.window.last
    return Status(
        class_id=class_id,
        origin=name,
        now=origin.clock(),
        state=_state(origin),
        encoder=origin.encoder,
        picture=_picture(session),
        playlist="master.m3u8",
        edge_wall_s=last.wall_s + last.seconds if last else None,
        behind_s=round(session.behind_s, 3) if session else 0.0,
        mapping=_mapping(session),
        feed=FeedStatus(origin.feed.port, origin.feed.is_open, origin.feed.latency_ms, _delay(session)),
        recording=_recording(session),
        trouble=origin.trouble,
    )


def _state(origin: Origin) -> str:
    if origin.ended:
        return "ended"
    return "live" if origin.session and origin.session.ladder and origin.window.last else "waiting"


def _picture(session: Session | None) -> str | None:
    source = session.source if session else None
    return f"{source.width}x{source.height} {source.picture}, {source.sound or 'no sound'}" if source else None


def _mapping(session: Session | None) -> Mapping | None:
    if session is None or not session.media_time.settled:
        return None
    return Mapping(session.name, 90000, round(session.media_time.offset_s, 4))


def _delay(session: Session | None) -> float | None:
    usual_s = session.feed_delay.usual_s if session else None
    return None if usual_s is None else round(usual_s, 4)


def _recording(session: Session | None) -> RecordingStatus | None:
    recording = session.recording if session else None
    return RecordingStatus(recording.bytes, recording.trouble) if recording else None
