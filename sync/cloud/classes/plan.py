"""A class plan: what its file says, checked. Reading it is :mod:`sync.cloud.classes.plan_file`."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate

from sync.cloud.classes.language import ENGLISH
from sync.records import FitnessClass, Message, Segment, Song

MOTIFS = ("ridges", "steps", "rays", "rings", "bars", "lines")
PALETTES = 6


@dataclass(frozen=True, slots=True)
class Line:
    """What the coach says, ``at_s`` seconds into its segment; ``row`` is its line in the plan file."""

    at_s: float
    say: str
    row: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PlannedSegment:
    """One stretch of the plan. Ranges are inclusive; zones are 1-7, ``None`` when the plan leaves them open."""

    name: str
    seconds: int
    cadence_rpm: tuple[int, int] | None = None
    resistance_pct: tuple[int, int] | None = None
    zone: int | None = None
    lines: tuple[Line, ...] = ()
    power_zone: tuple[int, int] | None = None
    songs: tuple[Song, ...] = ()
    messages: tuple[Message, ...] = ()

    def record(self) -> Segment:
        """The segment as the catalogue carries it."""
        said = " ".join(line.say for line in self.lines) or None
        return Segment(
            name=self.name,
            seconds=self.seconds,
            cadence_rpm=self.cadence_rpm,
            resistance_pct=self.resistance_pct,
            zone=self.zone,
            line=said,
            power_zone=self.power_zone,
            songs=self.songs,
            messages=self.messages,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """One class as its author wrote it. ``palette`` is 0-5, ``effort`` 1-3, ``language`` the coach's (BCP 47)."""

    id: str
    title: str
    coach: str
    kind: str
    effort: int
    music: str
    motif: str
    palette: int
    segments: tuple[PlannedSegment, ...]
    description: str = ""
    collections: tuple[str, ...] = ()
    language: str = ENGLISH

    def record(self, published_at: float) -> FitnessClass:
        """The class as the catalogue carries it; where its media lie is told by who publishes them."""
        return FitnessClass(
            id=self.id,
            title=self.title,
            coach=self.coach,
            kind=self.kind,
            effort=self.effort,
            music=self.music,
            motif=self.motif,
            palette=self.palette,
            duration_s=self.duration_s,
            segments=tuple(segment.record() for segment in self.segments),
            playlist="",
            published_at=published_at,
            description=self.description,
            collections=self.collections,
        )

    @property
    def duration_s(self) -> int:
        """The length of the class in seconds."""
        return sum(segment.seconds for segment in self.segments)

    @property
    def starts_s(self) -> tuple[int, ...]:
        """Where each segment begins on the class clock; one more than there are segments, the last is the end."""
        return (0, *accumulate(segment.seconds for segment in self.segments))


def zone_of(segment: PlannedSegment) -> int:
    """The zone a segment is drawn in, 1-7: the plan's own, else judged from its middle resistance and cadence."""
    if segment.zone is not None:
        return segment.zone
    if segment.power_zone is not None:
        return segment.power_zone[1]
    if segment.resistance_pct is None:
        return 1
    cadence = middle(segment.cadence_rpm, 80)
    load = middle(segment.resistance_pct, 0) * cadence / 80
    return 1 + sum(load >= top for top in (28, 36, 43, 50, 58, 68))


def middle(span: tuple[int, int] | None, otherwise: float) -> float:
    """The middle of a range, ``otherwise`` where there is none."""
    return otherwise if span is None else (span[0] + span[1]) / 2
