"""Believable content: classes of every kind, riders, and four months of rides, written into a real cache."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from console.effort import kcal_per_second, speed_mps
from console.ride import totals_of
from sync.cache import Cache
from sync.records import (
    Answer,
    Board,
    Enrolment,
    Figures,
    FitnessClass,
    Message,
    Point,
    RideHeader,
    Segment,
    Song,
    StandingsRow,
    Totals,
)
from sync.riders import Rider

CATALOGUE = """
Sunset Climb|Ines Aragón|Hills|3|Synthwave|ridges|0|28
Tempo Blocks|Jon Väre|Endurance|2|Electronic|steps|1|30
Cold Start|Mira Solano|Low impact|1|Ambient|rings|2|20
Night Sprints|Dee Okoro|Intervals|3|Drum and bass|rays|3|30
Canyon Road|Theo Brandt|Hills|2|Rock|lines|4|25
Pulse 20|Kei Tanaka|Rhythm|2|House|bars|1|20
Forest Loop||Scenic|1|Ambient|ridges|5|20
Under Over|Ines Aragón|Threshold|3|Electronic|steps|0|30
Easy Spin|Mira Solano|Low impact|1|Ambient|rings|3|20
Blue Hour|Jon Väre|Endurance|1|Electronic|lines|2|30
Green Beat|Kei Tanaka|Rhythm|2|House|bars|5|25
Desert Rush|Theo Brandt|Intervals|3|Rock|rays|4|30
Disco Sprints|Dee Okoro|Intervals|3|Disco|bars|3|30
Evening Tempo|Ines Aragón|Endurance|2|Synthwave|lines|0|30
First Ten|Mira Solano|Low impact|1|House|rings|1|10
Long Way Home|Theo Brandt|Endurance|2|Rock|ridges|4|60
FTP Test|Jon Väre|Power zones|3|Electronic|steps|4|20
Kilometre Zero|Dee Okoro|Intervals|2|Drum and bass|rays|0|45
"""
PLAN = (
    ("Warm up", 300, (80, 95), (30, 36), 1),
    ("Build", 120, (90, 95), (38, 44), 3),
    ("Settle", 180, (85, 90), (34, 40), 2),
    ("First climb", 240, (75, 85), (48, 54), 4),
    ("First push", 90, (95, 105), (54, 58), 5),
    ("Recover", 90, (80, 90), (34, 40), 2),
    ("Second push", 90, (95, 105), (56, 60), 5),
    ("Recover", 90, (80, 90), (34, 38), 2),
    ("Second climb", 240, (70, 80), (58, 64), 4),
    ("Sprint", 60, (100, 115), (60, 66), 7),
    ("Cool down", 180, (75, 90), (28, 34), 2),
)
MARTA = Rider("5e1f" * 8, "Marta Kovač", 0, None, 4, 64.0, 1988, 210.0, 1.0)
JONAS = Rider("6a2c" * 8, "Jonas Olsen", 1, None, 3, 81.0, 1979, 240.0, 2.0)
ALIA = Rider("7b3d" * 8, "Alia", 2, None, 0, 58.0, None, 180.0, 3.0)
PER = Rider("8c4e" * 8, "Per", 3, None, 3, 90.0, 1990, 260.0, 4.0)
NEW = Rider("9d5f" * 8, "Noor", 4, None, 0, 66.0, None, 200.0, 5.0)
RIDERS = {rider.id: rider for rider in (MARTA, JONAS, ALIA, PER, NEW)}
CLOUD = "http://127.0.0.1:8080"
ENROLMENT = Enrolment("tablet-1", "secret", "127.0.0.1", 1883)
LEADERS = (("alp_anna", 471), ("watts_up", 455), ("NorthWind", 449), ("gears_of_ana", 402), ("tempo_tom", 377))


def catalogue() -> list[FitnessClass]:
    """Eighteen classes of six kinds; each plan is the same shape, stretched to its length."""
    made = []
    for place, row in enumerate(CATALOGUE.strip().splitlines()):
        title, coach, kind, effort, music, motif, palette, length = row.split("|")
        seconds = int(length) * 60
        made.append(
            FitnessClass(
                id=title.lower().replace(" ", "-"),
                title=title,
                coach=coach,
                kind=kind,
                effort=int(effort),
                music=music,
                motif=motif,
                palette=int(palette),
                duration_s=seconds,
                segments=_plan(seconds),
                playlist=f"/media/{title.lower().replace(' ', '-')}/master.m3u8",
                published_at=1_760_000_000.0 - place * 86_400,
                size_bytes=412_000_000,
            )
        )
    return made


def with_songs(one: FitnessClass) -> FitnessClass:
    """The class as an instructor gives it who names the songs."""
    songs = (Song(0.0, "Night Drive", "The Pedals"), Song(200.0, "Rising Road", "Anna Ek"), Song(280.0, "Untitled"))
    first = replace(one.segments[0], songs=songs, messages=(Message(1.0, "Sit tall, breathe low."),))
    return replace(one, segments=(first, *one.segments[1:]))


def _plan(seconds: int) -> tuple[Segment, ...]:
    stretch = seconds / sum(row[1] for row in PLAN)
    lengths = [round(row[1] * stretch) for row in PLAN]
    lengths[0] += seconds - sum(lengths)
    return tuple(
        Segment(name, length, cadence, resistance, zone)
        for (name, _, cadence, resistance, zone), length in zip(PLAN, lengths, strict=True)
    )


@cache
def ride_points(one: FitnessClass | None, seconds: int, started_at: float, strength: float) -> tuple[Point, ...]:
    """Points of someone who follows the plan, wobbling like a human."""
    dice = random.Random(round(started_at))
    segments = [segment for segment in (one.segments if one else _plan(seconds)) for _ in range(segment.seconds)]
    points = []
    for second in range(seconds):
        segment = segments[min(second, len(segments) - 1)]
        cadence = sum(segment.cadence_rpm or (80, 90)) / 2 + 3 * math.sin(second / 17) + dice.gauss(0, 1.2)
        resistance = sum(segment.resistance_pct or (35, 40)) / 2 + dice.gauss(0, 0.6)
        power = strength * cadence * resistance**1.4 / 105
        heart = 112 + 34 * min(second / 900, 1) + power / 12 + 4 * math.sin(second / 41)
        at, class_s = started_at + second + 1, float(second + 1) if one else None
        values = (round(cadence, 1), round(resistance, 1), round(power, 1), round(heart, 1))
        points.append(Point(second, at, class_s, *values))
    return tuple(points)


def add_ride(cache: Cache, rider: Rider, one: FitnessClass | None, at: datetime, seconds: int, strength: float) -> str:
    """One finished ride with all its Points; returns its id."""
    header = RideHeader(RideHeader.new_id(), rider.id, rider.name, at.timestamp(), one.id if one else None)
    points = ride_points(one, seconds, header.started_at, strength)
    cache.begin_ride(header)
    cache.append(header.id, points)
    cache.finish_ride(header.id, header.started_at + seconds, totals_of(points, rider.weight_kg))
    return header.id


def _sketch(rider: Rider, seconds: int, power_w: float) -> Totals:
    kj, distance = power_w * seconds / 1000, speed_mps(power_w) * seconds
    kcal = kcal_per_second(power_w, rider.weight_kg) * seconds
    cadence, resistance = Figures(86, 112), Figures(40, 62)
    return Totals(seconds, kj, distance, kcal, cadence, resistance, Figures(power_w, 2 * power_w), Figures(143, 168))


def _add_old_rides(cache: Cache, rider: Rider, classes: list[FitnessClass], now: datetime) -> None:
    dice = random.Random(7)
    for days in range(4, 112):
        at = (now - timedelta(days=days)).replace(hour=18, minute=dice.randrange(60))
        if at.weekday() in (0, 2, 4, 5) and dice.random() < 0.82 and not 44 <= days <= 50:
            one = None if dice.random() < 0.15 else classes[dice.randrange(8)]
            header = RideHeader(RideHeader.new_id(), rider.id, rider.name, at.timestamp(), one.id if one else None)
            cache.begin_ride(header)
            seconds = one.duration_s if one else 1200
            cache.finish_ride(header.id, header.started_at + seconds, _sketch(rider, seconds, 190 - days * 0.6))
            cache.acknowledge(Answer(header.id, 0, True))


def fill(cache: Cache, now: datetime) -> None:
    """Classes, riders, rides, leaders and an enrolment."""
    classes = catalogue()
    cache.put_classes(classes)
    cache.save_enrolment(CLOUD, ENROLMENT)
    for rider in RIDERS.values():
        cache.save_rider(rider)
    _add_old_rides(cache, MARTA, classes, now)
    by_id = {one.id: one for one in classes}
    latest = (
        ("pulse-20", 3.2, 1200, 0.95, True),
        ("tempo-blocks", 2.2, 1800, 0.98, False),
        (None, 1.1, 1410, 0.9, True),
        ("sunset-climb", 0.6, 1680, 1.1, True),
        ("disco-sprints", 0.1, 1040, 1.0, True),
    )
    for class_id, days, seconds, strength, kept in latest:
        at = now - timedelta(days=days)
        ride_id = add_ride(cache, MARTA, by_id.get(class_id or ""), at, seconds, strength)
        if kept:
            cache.acknowledge(Answer(ride_id, seconds, True))
    add_ride(cache, JONAS, by_id["forest-loop"], now - timedelta(days=1), 1200, 1.2)
    tell_leaders(cache, classes)


def tell_leaders(cache: Cache, classes: list[FitnessClass]) -> None:
    """Every class has been ridden, by the same five."""
    rows = tuple(StandingsRow(i + 1, name, float(kj)) for i, (name, kj) in enumerate(LEADERS))
    for one in classes:
        cache.put_leaders(one.id, Board(12_408, None, rows))
