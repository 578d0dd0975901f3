"""The schedule as a calendar (RFC 5545), for phones and computers to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from icalendar import Calendar, Event

from sync.cloud.schedule import Planned

ASK_AGAIN = "PT15M"


def calendar(planned: Iterable[Planned]) -> bytes:
    """All of ``planned``, also what is cancelled, so that calendars take it away."""
    whole = Calendar()
    whole.add("PRODID", "-//Breakaway//Live classes//EN")
    whole.add("VERSION", "2.0")
    whole.add("X-WR-CALNAME", "Live classes")
    whole["REFRESH-INTERVAL;VALUE=DURATION"] = ASK_AGAIN
    for one in planned:
        whole.add_component(_event(one))
    return bytes(whole.to_ical())


def _event(planned: Planned) -> Event:
    about = planned.fitness_class
    event = Event()
    event.add("UID", f"{planned.id}@live.breakaway")
    event.add("SEQUENCE", planned.sequence)
    event.add("DTSTAMP", _utc(planned.changed_at))
    event.add("LAST-MODIFIED", _utc(planned.changed_at))
    event.add("DTSTART", _utc(planned.starts_at))
    event.add("DTEND", _utc(planned.ends_at))
    event.add("SUMMARY", f"{about.title}, {about.coach}")
    event.add("DESCRIPTION", about.description or f"{about.kind}, {about.music}")
    event.add("STATUS", "CANCELLED" if planned.cancelled else "CONFIRMED")
    event.add("CATEGORIES", [about.kind])
    return event


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(round(at), UTC)
