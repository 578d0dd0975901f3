"""The words that tablet and cloud share, and their JSON form. The binary form of a Batch is in :mod:`sync.wire`.

Units are in the names. Absent is ``None``, never 0. Wall-clock times are Unix seconds (UTC).
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
import uuid
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


class RecordError(ValueError):
    """A record that cannot be read; the message names the field and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Point:
    """One ridden second.

    ``second`` counts ridden seconds of the ride from 0 without gaps (pauses are not counted). ``at`` is the wall
    clock at the second's end. ``class_s`` is the class clock at the second's end, ``None`` in a free ride.
    The values are means over the second; ``None`` where no sensor spoke of them. ``speed_kmh`` is a belt's or a
    wheel's, and only there where no power is known: with power the speed follows from it.
    """

    second: int
    at: float
    class_s: float | None = None
    cadence_rpm: float | None = None
    resistance_pct: float | None = None
    power_w: float | None = None
    heart_rate_bpm: float | None = None
    speed_kmh: float | None = None


@dataclass(frozen=True, slots=True)
class RideHeader:
    """Who rides what since when. ``id`` is a UUID in hex. ``finished_at`` is ``None`` while it is being ridden."""

    id: str
    rider_id: str
    rider_name: str
    started_at: float
    class_id: str | None = None
    finished_at: float | None = None

    @staticmethod
    def new_id() -> str:
        """A fresh ride id: 32 hexadecimal digits."""
        return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Figures:
    """Average and best of one value over a ride's seconds; ``None`` where it was never heard."""

    average: float | None = None
    best: float | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a ride has come to."""

    seconds: int = 0
    kj: float = 0.0
    distance_m: float = 0.0
    kcal: float = 0.0
    cadence_rpm: Figures = Figures()
    resistance_pct: Figures = Figures()
    power_w: Figures = Figures()
    heart_rate_bpm: Figures = Figures()


@dataclass(frozen=True, slots=True)
class Song:
    """A piece of music, playing from ``at_s`` seconds into its segment until the next song of the class."""

    at_s: float
    title: str
    artist: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A few words for the screen, ``at_s`` seconds into their segment."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a class plan. Ranges are inclusive ``(low, high)``; zones are 1-7.

    ``zone`` is how hard it is meant, in one figure; ``power_zone`` the range of the rider's own zones to ride in.
    """

    name: str
    seconds: int
    cadence_rpm: tuple[int, int] | None = None
    resistance_pct: tuple[int, int] | None = None
    zone: int | None = None
    line: str | None = None
    power_zone: tuple[int, int] | None = None
    songs: tuple[Song, ...] = ()
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveTimes:
    """When a class is live, by the cloud's clock, and where its pictures are while it is.

    ``state`` is ``scheduled``, ``lobby`` (from ten minutes before, and until there is a picture), ``live`` or
    ``ended``. ``hls`` are master playlists and ``srt`` feeds, one of each origin; each shows the same class.
    """

    starts_at: float
    ends_at: float
    state: str
    hls: tuple[str, ...] = ()
    srt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FitnessClass:
    """One class: what the catalogue shows, its plan, and where its media lie (URLs relative to the cloud).

    ``motif`` is one of ridges, steps, rays, rings, bars, lines and ``palette`` 0-5: they draw the cover.
    ``effort`` is 1-3. ``revision`` changes whenever any field or any media file does. ``collections`` are the
    shelves its publisher puts it on. ``mirrors`` are base URLs of other servers with the same media.
    ``difficulty`` is what its riders say of it, 1 to 10 on the average of ``ratings``; ``None`` before the first.
    """

    id: str
    title: str
    coach: str
    kind: str
    effort: int
    music: str
    motif: str
    palette: int
    duration_s: int
    segments: tuple[Segment, ...]
    playlist: str
    poster: str | None = None
    captions: str | None = None
    size_bytes: int | None = None
    published_at: float = 0.0
    revision: str = ""
    description: str = ""
    collections: tuple[str, ...] = ()
    live: LiveTimes | None = None
    mirrors: tuple[str, ...] = ()
    difficulty: float | None = None
    ratings: int = 0


@dataclass(frozen=True, slots=True)
class StandingsRow:
    """One line of a leaderboard: ``kj`` is the output produced up to the asker's class clock.

    By ``handle`` the rider of the line can be given a high five; it is empty where nobody is there to take one.
    """

    rank: int
    name: str
    kj: float
    you: bool = False
    handle: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Board:
    """One leaderboard as its asker sees it: how many ride, the own rank, and the rows worth showing
    (the leader, the riders around the asker, the asker)."""

    count: int
    rank: int | None
    rows: tuple[StandingsRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Standings:
    """Both leaderboards of a class for one ride, at that ride's class clock."""

    class_id: str
    ride_id: str
    class_s: float
    as_of: float
    here_now: Board
    all_time: Board


@dataclass(frozen=True, slots=True)
class Quality:
    """How a class was, over one ride: how well its picture came, and how hard its rider found it.

    ``startup_s`` is from opening to the first picture, ``None`` where none came; ``stalled_s`` is how long the picture
    stood in ``stalls`` stalls. ``rungs`` are seconds of film by the rows of its picture, ``switches`` changes between
    them. ``shown`` and ``dropped`` are pictures. ``bytes_by_pathway`` is what came over each server, ``failovers`` how
    often another had to help out. ``path`` is ``hls``, ``srt``, or ``tablet`` where all of it was there already.
    ``difficulty`` is the rider's word, 1 to 10, ``None`` without one.
    """

    startup_s: float | None = None
    played_s: float = 0.0
    stalled_s: float = 0.0
    stalls: int = 0
    switches: int = 0
    shown: int = 0
    dropped: int = 0
    rungs: dict[str, float] = field(default_factory=dict)
    bytes_by_pathway: dict[str, int] = field(default_factory=dict)
    failovers: int = 0
    path: str = ""
    difficulty: int | None = None


@dataclass(frozen=True, slots=True)
class QualityReport:
    """A ride's Quality on its way to the cloud."""

    ride_id: str
    quality: Quality


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive Points of one ride; with no Points it asks for the cloud's position.

    ``points[0].second`` is where the batch begins, and every next Point is one second later.
    """

    ride: RideHeader
    points: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        first = self.points[0].second if self.points else 0
        if any(point.second != first + i for i, point in enumerate(self.points)):
            raise RecordError("points: seconds are not consecutive")


@dataclass(frozen=True, slots=True)
class Answer:
    """The cloud's word on one Batch: it holds seconds 0 to ``acknowledged`` - 1 of the ride, for good.

    ``finished`` says that the cloud also holds the ride's end, ``quality`` that it holds its Quality. ``error`` is set
    when the batch was refused for what it contains: sending the same again is useless. ``fives`` are the riders, by
    name, who have given this one a high five since the last Answer.
    """

    ride_id: str
    acknowledged: int
    finished: bool = False
    error: str | None = None
    standings: Standings | None = None
    fives: tuple[str, ...] = ()
    quality: bool = False


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a tablet receives for its code; ``token`` is the HTTP bearer token and the MQTT password,
    ``tablet_id`` the MQTT user name and client id."""

    tablet_id: str
    token: str
    mqtt_host: str
    mqtt_port: int
    mqtt_tls: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was refused, and what to do about it."""

    error: str
    remedy: str
    details: tuple[str, ...] = field(default=())


def to_json(record: Any) -> dict[str, Any]:
    """A record as JSON-ready objects."""
    return dataclasses.asdict(record)


def from_json(kind: type[T], value: Any) -> T:
    """A record of ``kind`` from decoded JSON. Unknown fields are ignored, so that a newer cloud can speak to
    an older tablet. Raises :class:`RecordError` naming the field."""
    return typing.cast(T, _read(kind, value, kind.__name__))


def _read(kind: Any, value: Any, where: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _read(next(a for a in kind.__args__ if a is not type(None)), value, where)
    if origin is tuple:
        return _read_tuple(kind.__args__, value, where)
    if origin is dict:
        return _read_dict(kind.__args__, value, where)
    if dataclasses.is_dataclass(kind):
        return _read_record(kind, value, where)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise RecordError(f"{where}: expected {kind.__name__}, got {value!r:.60}")
    return value


def _read_tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise RecordError(f"{where}: expected a list, got {value!r:.60}")
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(kinds) != len(value):
        raise RecordError(f"{where}: expected {len(kinds)} items, got {len(value)}")
    return tuple(_read(kind, item, f"{where}[{i}]") for i, (kind, item) in enumerate(zip(kinds, value, strict=True)))


def _read_dict(kinds: tuple[Any, ...], value: Any, where: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise RecordError(f"{where}: expected an object, got {value!r:.60}")
    key_kind, item_kind = kinds
    return {_read(key_kind, key, where): _read(item_kind, item, f"{where}.{key}") for key, item in value.items()}


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read_record(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise RecordError(f"{where}: expected an object, got {value!r:.60}")
    hints = _hints(kind)
    given = {}
    for spec in dataclasses.fields(kind):
        if spec.name in value:
            given[spec.name] = _read(hints[spec.name], value[spec.name], f"{where}.{spec.name}")
        elif spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
            raise RecordError(f"{where}.{spec.name}: missing")
    return kind(**given)
