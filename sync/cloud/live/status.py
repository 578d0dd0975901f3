"""What an origin tells of itself at ``/live.json``: for consoles, for the cloud, and for whoever looks after it.

A console on the feed learns from it when what it shows was on the air:

    media wall time of a picture with the MPEG-TS timestamp PTS (in units of 1/90000 s)
        = mapping.wall_at_pts_0 + PTS / 90000
    the feed sends a picture, usually, feed.delay_s after its media wall time.
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
    if session is None or session.ladder is None:
        return None
    return Mapping(session.name, 90000, round(session.media_time.offset_s, 4))


def _delay(session: Session | None) -> float | None:
    usual_s = session.feed_delay.usual_s if session else None
    return None if usual_s is None else round(usual_s, 4)


def _recording(session: Session | None) -> RecordingStatus | None:
    recording = session.recording if session else None
    return RecordingStatus(recording.bytes, recording.trouble) if recording else None
