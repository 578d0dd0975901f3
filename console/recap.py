"""What a ridden ride comes to, in words and curves: all that its summary shows. No Kivy; the clock is passed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.wording import clock, distance, number, ride_title, short_date
from console.words import _
from sync.cache import Cache
from sync.records import Figures, FitnessClass, Point, Quality, Standings
from sync.ride_table import RideSummary
from sync.riders import GUEST_ID

FRESH_S = 900.0  # how long after its end a ride counts as just ridden
SHORTEST_S = 60  # shorter rides are kept only when the rider says so
RATED_FROM_S = 300  # of a class; who rode less cannot say how hard it is
COOL_DOWN_S = 1200
STALLED_FROM_S = 3.0  # a picture that stood for less is not worth a word
LAST_SECONDS_S = 5.0  # who leaves within them has ridden the class
DASH = "–"


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of a ride."""

    label: str
    value: str
    unit: str
    second: str


def tiles(summary: RideSummary, units: str) -> list[Tile]:
    """Six figures: averages with their bests, distance, energy. What nobody measured is a dash."""
    totals, speed_unit = summary.totals, _("mph") if units == "imperial" else _("km/h")
    way, way_unit = distance(totals.distance_m, units)
    measured, hours = totals.power_w.average is not None, max(totals.seconds, 1) / 3600
    pace = float(distance(totals.distance_m / hours, units)[0].replace(",", ""))
    moved = measured or totals.distance_m > 0
    spent = totals.kcal / max(totals.seconds, 1) * 60
    unknown = _("not measured")
    return [
        _figure(_("Output"), totals.power_w, "W"),
        _figure(_("Cadence"), totals.cadence_rpm, "rpm"),
        _figure(_("Resistance"), totals.resistance_pct, "%"),
        _figure(_("Heart"), totals.heart_rate_bpm, "bpm"),
        Tile(_("Distance"), way if moved else DASH, way_unit, f"{pace:.1f} {speed_unit}" if moved else unknown),
        Tile(
            _("Energy"),
            number(totals.kcal) if measured else DASH,
            _("kcal"),
            _("{n} a min").format(n=round(spent)) if measured else unknown,
        ),
    ]


def _figure(label: str, figures: Figures, unit: str) -> Tile:
    if figures.average is None or figures.best is None:
        return Tile(label, DASH, unit, _("not measured"))
    return Tile(label, str(round(figures.average)), unit, _("max {n}").format(n=round(figures.best)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a ride stands to the best of the rider's other rides of its class; ``other`` is that ride."""

    best: bool = False
    headline: str = ""
    words: str = ""
    brief: str = ""
    other: RideSummary | None = None


def compare(cache: Cache, summary: RideSummary) -> Comparison:
    """Compare a class ride with the rider's others."""
    class_id = summary.header.class_id
    if class_id is None:
        return Comparison()
    rides = [ride for ride in cache.rides(summary.header.rider_id) if ride.header.class_id == class_id]
    others = [ride for ride in rides if ride.header.id != summary.header.id and ride.totals.kj > 0]
    if not others:
        return Comparison(words=_("Your first time here"), brief=_("Your first"))
    other = max(others, key=lambda ride: ride.totals.kj)
    difference = summary.totals.kj - other.totals.kj
    day = short_date(datetime.fromtimestamp(other.header.started_at).date())
    if difference > 0:
        words = _("+{n} kJ since {day}").format(n=_amount(difference), day=day)
        return Comparison(True, _("New best"), words, _("+{n} kJ").format(n=_amount(difference)), other)
    words = _("{n} kJ below your best, {day}").format(n=_amount(-difference), day=day)
    return Comparison(False, "", words, _("{n} kJ below").format(n=_amount(-difference)), other)


def _amount(kj: float) -> str:
    return f"{kj:.1f}" if kj < 9.95 else number(kj)


def rank_words(standings: Standings | None) -> tuple[str, str]:
    """Where the ride stands among the others, and the same in brief: ``Rank 41 of 318 here``, ``Rank 41``."""
    if standings is None:
        return "", ""
    here, ever = standings.here_now, standings.all_time
    for board, words in ((here, _("Rank {rank} of {count} here")), (ever, _("Rank {rank} of {count} ever"))):
        if board.rank is not None and board.count > 1:
            rank = number(board.rank)
            return words.format(rank=rank, count=number(board.count)), _("Rank {rank}").format(rank=rank)
    return (_("First in this class"), _("First here")) if 1 in (here.rank, ever.rank) else ("", "")


@dataclass(frozen=True, slots=True)
class SyncState:
    """Where the ride is kept: ``kind`` is good, plain or warn."""

    icon: str
    words: str
    kind: str = "plain"


def sync_state(summary: RideSummary, uplink: Any) -> SyncState:
    """Where a ride is kept now, in words."""
    if summary.header.rider_id == GUEST_ID:
        return SyncState("device-tablet-check", _("A guest's ride is not kept"))
    if not summary.waiting:
        return SyncState("cloud-check", _("Saved here and in the cloud"), "good")
    state = uplink.state.name
    if state == "NOT_ENROLLED":
        return SyncState("device-tablet-check", _("Saved here"), "good")
    if state == "REFUSED":
        return SyncState("cloud-off", _("Saved here. The cloud refuses this tablet"), "warn")
    if state == "ONLINE":
        return SyncState("cloud-up", _("Saved here, on its way to the cloud"))
    return SyncState("cloud-off", _("Saved here. Waiting for network"), "warn")


def headline(summary: RideSummary, one: FitnessClass | None, points: Sequence[Point], now: float) -> tuple[str, str]:
    """The screen's title and second line. ``one`` is the ride's class, ``None`` where nobody knows it."""
    finished = summary.header.finished_at or now
    began = datetime.fromtimestamp(summary.header.started_at)
    early = one is not None and ended_early(summary, one, points)
    length = clock(summary.totals.seconds)
    if one is not None and early:
        length = _("{ridden} of {length}").format(ridden=length, length=clock(one.duration_s))
    parts = [ride_title(summary), one.coach if one else "", length]
    if now - finished < FRESH_S:
        unknown = summary.header.class_id is not None and one is None
        words = _("Ride ended early") if early else _("Ride ended") if unknown else _("Ride complete")
        return words, " · ".join(part for part in parts if part)
    return parts[0], " · ".join(part for part in (f"{short_date(began.date())} {began:%H:%M}", *parts[1:]) if part)


def picture_words(quality: Quality | None) -> str:
    """What was wrong with the picture of a class, in a few words; nothing where nothing was."""
    if quality is None:
        return ""
    if quality.startup_s is None:
        return _("without a picture")
    if quality.stalled_s < STALLED_FROM_S:
        return ""
    return _("the picture stood for {length}").format(length=clock(quality.stalled_s))


def ended_early(summary: RideSummary, one: FitnessClass, points: Sequence[Point]) -> bool:
    """Whether a ride of a class was ended before the class was over."""
    last_s = max((point.class_s for point in points if point.class_s is not None), default=summary.totals.seconds)
    return one.duration_s - last_s > LAST_SECONDS_S


def asks_to_keep(summary: RideSummary, now: float) -> bool:
    """Whether a ride is so short that the rider is asked whether to keep it."""
    return summary.totals.seconds < SHORTEST_S and now - (summary.header.finished_at or now) < FRESH_S


def asks_how_hard(summary: RideSummary, quality: Quality | None) -> bool:
    """Whether the rider is asked how hard the class was: once, and not after a few minutes of it. Guests are not."""
    rated = quality is not None and quality.difficulty is not None
    ridden = summary.header.class_id is not None and summary.totals.seconds >= RATED_FROM_S
    return ridden and not rated and summary.header.rider_id != GUEST_ID


def cool_down(classes: Sequence[FitnessClass], ridden: FitnessClass | None) -> FitnessClass | None:
    """The gentlest short class to end a harder one with; none after a gentle one."""
    if ridden is None or ridden.effort < 2:
        return None
    gentle = [one for one in classes if one.effort == 1 and one.duration_s <= COOL_DOWN_S and one.id != ridden.id]
    return min(gentle, key=lambda one: one.duration_s, default=None)
