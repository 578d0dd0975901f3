"""Live classes that are planned, running or over: one folder each below ``<data>/live``, like the classes on the shelf.

<data>/live/<class id>/live.json     when, and by which origins (written last: before, there is no such class)
<data>/live/<class id>/plan.toml     its plan, from which the recording becomes a class
<data>/live/<class id>/recordings/   what the origins recorded
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.cloud.catalogue import SLUG
from sync.cloud.whole_file import stamps
from sync.records import FitnessClass, RecordError, from_json

log = logging.getLogger(__name__)

LOBBY_S = 600.0  # before the start
OVERTIME_S = 300.0
LOOK_EVERY_S = 1.0
NOTE = "live.json"


@dataclass(frozen=True, slots=True)
class Planned:
    """One live class. ``origins`` are their HTTP addresses, ``key`` lets the encoder in, ``sequence`` grows with every
    change (as calendars ask). Times are Unix seconds; ``ended_at`` is when it was ended by hand."""

    fitness_class: FitnessClass
    starts_at: float
    origins: tuple[str, ...]
    key: str
    created_at: float
    changed_at: float
    sequence: int = 0
    cancelled: bool = False
    ended_at: float | None = None

    @property
    def id(self) -> str:
        """The class id."""
        return self.fitness_class.id

    @property
    def ends_at(self) -> float:
        """When its plan is over."""
        return self.starts_at + self.fitness_class.duration_s


@dataclass(frozen=True, slots=True)
class Seen:
    """What the origins of a class have told. ``shown``: that there was a picture; ``showing``: that there is one now;
    ``over``: that each of those that answer has ended."""

    shown: bool = False
    showing: bool = False
    over: bool = False


def state_of(planned: Planned, seen: Seen, now: float) -> str:
    """The state of a class (see :class:`sync.records.LiveTimes`), or ``cancelled``. Without origins the clock alone
    decides; with them a class is live from its first picture on, and until the last when it takes longer."""
    if planned.cancelled:
        return "cancelled"
    late = now >= planned.ends_at and not (seen.showing and now < planned.ends_at + OVERTIME_S)
    if planned.ended_at is not None or late or (seen.over and now >= planned.starts_at):
        return "ended"
    if now >= planned.starts_at and (seen.shown or not planned.origins):
        return "live"
    return "lobby" if now >= planned.starts_at - LOBBY_S else "scheduled"


def folder_of(data: Path, class_id: str) -> Path:
    """Where a live class lives; raises nothing, makes nothing."""
    return data / "live" / class_id


class Schedule:
    """What is in ``<data>/live``, looked at again when asked for and a second has passed on ``clock``."""

    def __init__(self, data: Path, clock: Callable[[], float]) -> None:
        self.directory = data / "live"
        self._clock = clock
        self._looked_at = float("-inf")
        self._stamps: dict[Path, tuple[int, int]] = {}
        self._planned: dict[str, Planned] = {}

    def all(self) -> list[Planned]:
        """All live classes, by their start; also those that are over or cancelled."""
        self._look()
        return sorted(self._planned.values(), key=lambda one: (one.starts_at, one.id))

    def find(self, class_id: str) -> Planned | None:
        """One live class, ``None`` when there is none of that id."""
        self._look()
        return self._planned.get(class_id)

    def _look(self) -> None:
        now = self._clock()
        if now - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = now
        found = stamps(path for path in self.directory.glob(f"*/{NOTE}") if SLUG.fullmatch(path.parent.name))
        for path in self._stamps.keys() - found.keys():
            self._planned.pop(path.parent.name, None)
        for path, stamp in found.items():
            if self._stamps.get(path) != stamp:
                self._read(path)
        self._stamps = found

    def _read(self, path: Path) -> None:
        self._planned.pop(path.parent.name, None)
        try:
            planned = from_json(Planned, json.loads(path.read_bytes()))
            if planned.id != path.parent.name or planned.fitness_class.duration_s <= 0:
                raise RecordError(f"id {planned.id!r}, {planned.fitness_class.duration_s} s")
            self._planned[planned.id] = planned
        except (OSError, ValueError) as error:
            log.error("live class %s is left out: %s: %s", path.parent.name, path, error)
