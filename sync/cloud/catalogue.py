"""The classes on offer: every ``class.json`` below the classes directory. Making them is another room's work."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from sync.cloud.whole_file import stamps
from sync.records import FitnessClass, RecordError, from_json

log = logging.getLogger(__name__)

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
LOOK_EVERY_S = 1.0


class Catalogue:
    """What is in ``directory``, looked at again when asked for and a second has passed on ``clock``; and the live
    classes, ``live()``, by id."""

    def __init__(
        self, directory: Path, clock: Callable[[], float], live: Callable[[], Mapping[str, FitnessClass]] = dict
    ) -> None:
        self.directory = directory
        self._clock = clock
        self._live = live
        self._looked_at = float("-inf")
        self._stamps: dict[Path, tuple[int, int]] = {}
        self._classes: dict[str, FitnessClass] = {}
        self._ratings: dict[str, tuple[float, int]] = {}

    def rate(self, ratings: Mapping[str, tuple[float, int]]) -> None:
        """How hard riders find the classes, from now on: class id to the mean and the number of ratings."""
        changed = [class_id for class_id, told in ratings.items() if self._ratings.get(class_id) != told]
        self._ratings = dict(ratings)
        for class_id in changed:
            if class_id in self._classes:
                self._classes[class_id] = self._rated(self._classes[class_id])

    def _rated(self, one: FitnessClass) -> FitnessClass:
        difficulty, ratings = self._ratings.get(one.id, (None, 0))
        return replace(one, difficulty=difficulty, ratings=ratings)

    def classes(self) -> list[FitnessClass]:
        """All classes, newest first."""
        self._look()
        every = {**self._classes, **{one.id: one for one in self.live()}}
        return sorted(every.values(), key=lambda one: (-one.published_at, one.id))

    def live(self) -> list[FitnessClass]:
        """The live classes, by their start; one that has become an on-demand class has its media."""
        self._look()
        return [self._with_media(one) for one in self._live().values()]

    def fitness_class(self, class_id: str) -> FitnessClass | None:
        """One class, ``None`` when there is none of that id. One that has just come is not waited for."""
        if class_id not in self._classes and SLUG.fullmatch(class_id) and self._path(class_id).is_file():
            self._looked_at = float("-inf")
        self._look()
        live = self._live().get(class_id)
        return self._with_media(live) if live else self._classes.get(class_id)

    def seconds(self, class_id: str) -> int | None:
        """The length of a class, ``None`` when there is none of that id."""
        found = self.fitness_class(class_id)
        return found.duration_s if found else None

    def etag(self) -> str:
        """Changes whenever any class does."""
        self._look()
        state = sorted(
            (one.id, one.revision, one.difficulty, one.ratings, self._stamps[self._path(one.id)])
            for one in self._classes.values()
        )
        live = [(one.id, one.revision) for one in self._live().values()]
        return '"' + hashlib.sha256(repr((state, live)).encode()).hexdigest()[:32] + '"'

    def _with_media(self, live: FitnessClass) -> FitnessClass:
        recorded = self._classes.get(live.id)
        return replace(recorded, live=live.live) if recorded else live

    def _path(self, class_id: str) -> Path:
        return self.directory / class_id / "class.json"

    def _look(self) -> None:
        now = self._clock()
        if now - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = now
        found = stamps(self._files())
        for path in self._stamps.keys() - found.keys():
            self._classes.pop(path.parent.name, None)
        for path, stamp in found.items():
            if self._stamps.get(path) != stamp:
                self._read(path)
        self._stamps = found

    def _files(self) -> list[Path]:
        return [path for path in self.directory.glob("*/class.json") if SLUG.fullmatch(path.parent.name)]

    def _read(self, path: Path) -> None:
        class_id = path.parent.name
        self._classes.pop(class_id, None)
        try:
            found = from_json(FitnessClass, json.loads(path.read_bytes()))
            if found.id != class_id:
                raise RecordError(f"id is {found.id!r}, but the directory is {class_id!r}")
            if found.duration_s <= 0:
                raise RecordError(f"duration_s is {found.duration_s}")
            self._classes[class_id] = self._rated(found)
        except (OSError, ValueError) as error:
            log.error("class %s is left out: %s: %s", class_id, path, error)
