"""Publishing a film as a class: the whole flow, each step done once whatever cuts it off.

look into it  ─▶  sound  ─▶  samples: which rungs  ─▶  stretches of all rungs  ─▶  HLS  ─▶  check  ─▶  shelf
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sync.cloud.classes import (
    captions,
    checking,
    choosing,
    loudness,
    packaging,
    poster,
    renditions,
    sampling,
    still,
    transcode,
    trick,
)
from sync.cloud.classes.captions import Cue
from sync.cloud.classes.errors import NoSpace
from sync.cloud.classes.job import Job, hashed
from sync.cloud.classes.packaging import Rung
from sync.cloud.classes.pieces import Piece
from sync.cloud.classes.plan import Plan
from sync.cloud.classes.progress import Progress, clock, part
from sync.cloud.classes.renditions import Rendition
from sync.cloud.classes.shelf import Shelf
from sync.cloud.classes.source import Source
from sync.cloud.classes.transcode import Stretch
from sync.cloud.classes.versions import Version, Words, assemble

PUBLISHER_VERSION = 2  # raise it when the same film gives other rungs
STRETCH_S = 24  # a multiple of the segments' length
SOUND = "sound.m4a"


@dataclass(frozen=True, slots=True)
class Film:
    """What is to be published: a source that suits its plan, captions that were given (``None``: those of the plan),
    where its poster is (``None``: where it looks best), and the language of the captions (``None``: the plan's)."""

    source: Source
    plan: Plan
    captions: tuple[Cue, ...] | None = None
    poster_s: float | None = None
    language: str | None = None


class Publication:
    """Publishes ``film`` on ``shelf``; ``job`` remembers how far it is. ``now`` is Unix time."""

    def __init__(
        self,
        film: Film,
        shelf: Shelf,
        job: Job,
        progress: Progress,
        now: Callable[[], float],
        stretch_s: int = STRETCH_S,
    ) -> None:
        self._film, self._source, self._plan = film, film.source, film.plan
        self._shelf, self._job, self._progress, self._now = shelf, job, progress, now
        self._stretch_s = stretch_s
        self._pace = renditions.pace_of(film.source.frames_per_s)
        self.left: list[choosing.Left] = []

    def run(self) -> Version | None:
        """Publish; returns what is offered now, ``None`` when that is what was offered before."""
        with self._progress.step("reading") as tell:
            sha256 = hashed(self._source.path, self._job, tell)
        source = _digest(PUBLISHER_VERSION, sha256, self._plan.duration_s, self._pace)
        words_source = _digest(source, self._plan, self._film.captions, self._film.poster_s, self._film.language)
        current = self._shelf.version(self._plan.id)
        if current and current.source == words_source:
            self._job.clear()
            return None
        shutil.rmtree(self._job.home, ignore_errors=True)
        self._job.begin(source)
        self._job.home.mkdir(exist_ok=True)
        kept = self._kept(current, source)
        rungs, found = self._make_rungs(source) if kept is None else (kept.rungs, kept.of_rungs(kept.rungs))
        words, others = self._make_words(rungs, kept)
        if kept is None:
            last, some = self._make_still(rungs, words)
            rungs, found = [*rungs, last], [*found, *some]
        record = self._plan.record(kept.record.published_at if kept else self._now())
        version = assemble(record, words_source, words, rungs, [*found, *others], self._job.home)
        with self._progress.step("checking") as tell:
            checking.check(self._job.home, version, whole=True, tell=tell)
        with self._progress.step("sending") as tell:
            version = self._shelf.publish(self._job.home, version, tell)
        self._job.clear()
        return version

    @staticmethod
    def _kept(current: Version | None, source: str) -> Version | None:
        """What is offered already, where its rungs are of this very source: only the words are new."""
        if current is None or not current.rungs or any(rung.source != source for rung in current.rungs):
            return None
        return current

    def _make_rungs(self, source: str) -> tuple[Sequence[Rung], Sequence[Piece]]:
        if not self._source.indexed:
            with self._progress.step("making an index") as tell:
                path = transcode.with_index(self._source, self._job.folder, tell)
            self._source = replace(self._source, path=path, indexed=True)
        if not (self._job.folder / SOUND).exists():
            with self._progress.step("sound") as tell:
                loudness.normalise(self._source, self._plan.duration_s, self._job.folder, SOUND, tell)
        wanted = self._choose()
        self._encode(wanted)
        made: list[Rung] = []
        found: list[Piece] = []
        for one in wanted:
            files = [f"parts/{self._job.part(one.name, i).name}" for i in range(len(self._stretches()))]
            playlist, some = packaging.package(self._job.folder, files, SOUND, one.name, self._job.home)
            size, light = (one.width, one.height), one.light.video_range
            made.append(packaging.measured(self._job.home, one.name, playlist, size, self._pace, source, light))
            found += some
        return made, found

    def _choose(self) -> list[Rendition]:
        """The renditions that are worth making; decided once."""
        possible = renditions.candidates(self._source)
        if self._job.fact("rungs") is None:
            with self._progress.step("choosing the rungs") as tell:
                needs, work_s = sampling.measure(
                    self._source, possible, self._plan.duration_s, self._pace, self._job.folder, tell
                )
            chosen, self.left = choosing.choose(needs)
            rates = {need.rendition.name: need.rate for need in needs}
            _check_room(self._job.folder, self._plan.duration_s * sum(rates[one.name] for one in chosen) / 8)
            self._job.learn(rungs=[one.name for one in chosen], work_s=work_s)
            for left in self.left:
                self._progress.say(f"{left.rendition.name[1:]} is left out: it {left.why}.")
        return [one for one in possible if one.name in self._job.fact("rungs")]

    def _stretches(self) -> list[Stretch]:
        total, step = self._plan.duration_s, self._stretch_s
        return [Stretch(start, min(step, total - start), self._pace) for start in range(0, total, step)]

    def _encode(self, wanted: Sequence[Rendition]) -> None:
        """Encode every stretch of every rung that is not there yet."""
        stretches, pixels = self._stretches(), sum(one.width * one.height for one in wanted)
        tasks = [
            (i, some)
            for i in range(len(stretches))
            for some in transcode.together([one for one in wanted if not self._job.part(one.name, i).exists()])
        ]
        shares = [
            sum(one.width * one.height for one in some) * stretches[i].length_s / (pixels * self._plan.duration_s)
            for i, some in tasks
        ]
        if not tasks:
            return
        begin = before = 1 - sum(shares)
        damaged = set[int]()
        with self._progress.step(f"encoding {len(wanted)} rung{'s' if len(wanted) > 1 else ''}", before) as tell:
            for (i, some), share in zip(tasks, shares, strict=True):
                outputs = [self._job.part(one.name, i) for one in some]
                if not transcode.encode(self._source, some, stretches[i], outputs, part(tell, begin, share)):
                    damaged.add(i)
                begin += share
        for one in (stretches[i] for i in sorted(damaged)):
            within = f"between {clock(one.start_s)} and {clock(one.start_s + one.length_s)}"
            self._progress.say(f"The film is damaged {within}: look at the class there before riders do.")

    def _make_words(self, rungs: Sequence[Rung], kept: Version | None) -> tuple[Words, list[Piece]]:
        """Captions, poster, and pictures to find a place by, of the rungs that any player can show. Those of ``kept``
        are used again, which has the same rungs."""
        home, plain = self._job.home, sorted((rung for rung in rungs if rung.plain), key=lambda one: one.height)
        with self._progress.step("pictures"):
            if kept and kept.words.trick:
                pictures = kept.words.trick
                found = [one for one in kept.of_words() if one.path.startswith(("trick/", "thumbnails-"))]
            else:
                pictures, found = trick.make(plain[0].playlist, self._plan.duration_s, self._job.folder, home)
            poster_of = poster.make(plain[-1], self._read, self._film.poster_s, self._job.folder, home)
        told = self._film.captions
        said = captions.publish(captions.planned(self._plan) if told is None else told, self._plan.duration_s, home)
        language = self._film.language or self._plan.language
        return Words(poster_of.path, said[0].path, said[1].path, pictures, language), [poster_of, *said, *found]

    def _make_still(self, rungs: Sequence[Rung], words: Words) -> tuple[Rung, list[Piece]]:
        """The rung that has the poster in the picture's place."""
        home, lowest = self._job.home, min((rung for rung in rungs if rung.plain), key=lambda one: one.height)
        with self._progress.step("sound and poster"):
            return still.make(home / words.poster, SOUND, lowest, self._plan.duration_s, self._job.folder, home)

    def _read(self, path: str) -> bytes:
        """A file of the class, from here or from the shelf."""
        here = self._job.home / path
        return here.read_bytes() if here.exists() else self._shelf.read(self._plan.id, path)


def _check_room(folder: Path, need: float) -> None:
    """Parts and class lie on the disk together, and while it is joined so does one rung once more."""
    free = shutil.disk_usage(folder).free
    if free < 2.5 * need + 50e6:
        wanted, there = (2.5 * need + 50e6) / 1e6, free / 1e6
        raise NoSpace(f"not enough room on the disk: {wanted:.0f} MB are needed, {there:.0f} MB are free", "free some")


def _digest(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:10]
