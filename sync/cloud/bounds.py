"""What a Batch may say. Beyond these bounds it is damage or nonsense, not riding, and nothing of it is stored.

Names are shown to other riders: they have words in them, no control characters, and fit in a line. A ride ends no
earlier than it starts, and starts no later than a day from now, by the cloud's clock (a tablet's may be wrong; one that
has forgotten the date is in the past, and that is no reason to refuse its rides). Whether the class is one that the
cloud has is not asked here: it may have been taken down while it was ridden. Such a ride is stored like any other;
it has no leaderboard until the class is back.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields

from sync.records import Batch, Point, Quality, QualityReport, RecordError, RideHeader

LONGEST_NAME = 40  # letters; the console takes 24
LONGEST_ID = 80
# Unicode's general categories: controls, halves of letters, and separators of lines and paragraphs
CONTROLS = ("Cc", "Cs", "Zl", "Zp")
RIDE_ID = re.compile("[0-9a-f]{32}")
EARLY_S = 86400.0
LONGEST_RIDE_S = 24 * 3600
LONGEST_CLASS_S = 24 * 3600.0
MOST_OF_QUALITY = 1e13  # bytes of a day at 1 Gbit/s; of everything else it is far less
MOST_DIFFICULT = 10
MOST_NAMED = 40
# field, least, most
POINT = (
    ("at", 0.0, 1e11),
    ("class_s", 0.0, LONGEST_CLASS_S),
    ("cadence_rpm", 0.0, 500.0),
    ("resistance_pct", 0.0, 100.0),
    ("power_w", 0.0, 5000.0),
    ("heart_rate_bpm", 0.0, 300.0),
    ("speed_kmh", 0.0, 250.0),
)


def check(batch: Batch, now: float) -> None:
    """Raises :class:`RecordError` for what no ride can be; ``now`` in Unix seconds."""
    _check_header(batch.ride, now)
    if batch.points and batch.points[-1].second >= LONGEST_RIDE_S:
        raise RecordError(f"second {batch.points[-1].second}: a ride has at most {LONGEST_RIDE_S}")
    for point in batch.points:
        _check_point(point)


def plain(text: str) -> str:
    """The text as it is. Raises :class:`RecordError` when it has control characters: PostgreSQL cannot keep all of
    them, and a terminal may obey them."""
    if any(unicodedata.category(letter) in CONTROLS for letter in text):
        raise RecordError("has control characters")
    return text


def check_report(report: QualityReport) -> None:
    """Raises :class:`RecordError` when it names no ride."""
    if not RIDE_ID.fullmatch(report.ride_id):
        raise RecordError(f"ride_id: expected 32 hexadecimal digits, got {report.ride_id!r:.80}")


def check_quality(quality: Quality) -> None:
    """Raises :class:`RecordError` for what no picture can have come like."""
    for name in (*quality.rungs, *quality.bytes_by_pathway):  # the first: other errors quote them
        _check_text("name of a rung or a pathway", name, LONGEST_ID)
    for name, value in (*_numbers(quality), *quality.rungs.items(), *quality.bytes_by_pathway.items()):
        if value is not None and not 0 <= value <= MOST_OF_QUALITY:
            raise RecordError(f"{name:.80}: {value:g} is outside 0 to {MOST_OF_QUALITY:g}")
    if quality.difficulty is not None and not 1 <= quality.difficulty <= MOST_DIFFICULT:
        raise RecordError(f"difficulty: {quality.difficulty} is outside 1 to {MOST_DIFFICULT}")
    if quality.path:
        _check_text("path", quality.path, LONGEST_NAME)
    if max(len(quality.rungs), len(quality.bytes_by_pathway)) > MOST_NAMED:
        raise RecordError(f"more than {MOST_NAMED} rungs or pathways")


def _numbers(quality: Quality) -> list[tuple[str, float | None]]:
    values = [(one.name, getattr(quality, one.name)) for one in fields(quality)]
    return [(name, value) for name, value in values if not isinstance(value, str | dict)]


def _check_header(ride: RideHeader, now: float) -> None:
    _check_text("rider_id", ride.rider_id, LONGEST_ID)
    _check_text("rider_name", ride.rider_name, LONGEST_NAME)
    if ride.class_id is not None:
        _check_text("class_id", ride.class_id, LONGEST_ID)
    if ride.finished_at is not None and ride.finished_at < ride.started_at:
        raise RecordError(f"finished_at: the ride ends {ride.started_at - ride.finished_at:.0f} s before it starts")
    if ride.started_at > now + EARLY_S:
        raise RecordError(f"started_at: lies {(ride.started_at - now) / 86400:.0f} days ahead; set the tablet's clock")


def _check_text(name: str, text: str, longest: int) -> None:
    if not text.strip():
        raise RecordError(f"{name}: empty")
    if len(text) > longest:
        raise RecordError(f"{name}: {len(text)} letters; {longest} at most")
    try:
        plain(text)
    except RecordError as error:
        raise RecordError(f"{name}: {error}") from None


def _check_point(point: Point) -> None:
    for name, least, most in POINT:
        value = getattr(point, name)
        if value is not None and not least <= value <= most:
            raise RecordError(f"second {point.second}: {name} is {value:g}, outside {least:g} to {most:g}")
