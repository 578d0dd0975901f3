"""Making one class: the whole flow from a plan to the shelf."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from sync.cloud.classes import captions, checking, ffmpeg, ladder, packaging, pieces, still, video
from sync.cloud.classes import trick as trick_play
from sync.cloud.classes.errors import NoSpace
from sync.cloud.classes.packaging import Rung
from sync.cloud.classes.picture.canvas import to_rgb
from sync.cloud.classes.picture.film import Film
from sync.cloud.classes.pieces import Piece
from sync.cloud.classes.plan import Plan
from sync.cloud.classes.progress import Progress
from sync.cloud.classes.rendering import Rendering
from sync.cloud.classes.shelf import Shelf
from sync.cloud.classes.sound import mixdown
from sync.cloud.classes.sound.voice import Spoken, speak
from sync.cloud.classes.source import Source
from sync.cloud.classes.versions import Version, Words, assemble

MAKER_VERSION = 5  # raise it when the same plan gives another class
FIRST_HEIGHTS = 720  # rungs up to this are made first; higher ones behind
POSTER_SIZE, POSTER_AT = (1280, 720), 0.42
LARGEST_RATES = {1080: 2_500_000, 720: 1_300_000, 540: 900_000, 360: 600_000}  # bits a second, with room to spare
SOUND, POSTER = "sound.m4a", "poster.jpg"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: the plan, read from ``path``, in rungs of these ``heights``."""

    path: Path
    plan: Plan
    heights: tuple[int, ...]
    film: Source | None = None
    force: bool = False
    source: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """``source`` is what the class is made of (the plan, the maker's version, the video): ten hex digits."""
        digest = hashlib.sha256(f"{MAKER_VERSION} {self.plan!r}".encode())
        if self.film is not None:
            with self.film.path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        object.__setattr__(self, "source", digest.hexdigest()[:10])

    def missing(self, shelf: Shelf) -> list[int]:
        """The heights that are not yet on the shelf, lowest first."""
        if self.force:
            return sorted(self.heights)
        have = shelf.rungs(self.plan.id)
        return sorted(height for height in self.heights if have.get(height) != self.source)


def in_passes(heights: Sequence[int]) -> list[list[int]]:
    """``heights`` in the order of making: what is needed to ride first, the rest behind."""
    first, behind = ([h for h in heights if (h <= FIRST_HEIGHTS) == early] for early in (True, False))
    return [heights for heights in (first, behind) if heights]


class Production:
    """Makes one class in the directory ``work`` and puts it on the shelf, rung by rung."""

    def __init__(self, order: Order, shelf: Shelf, work: Path, progress: Progress, now: Callable[[], float]) -> None:
        self._order, self._plan, self._source = order, order.plan, order.source
        self._shelf, self._progress, self._now = shelf, progress, now
        self._work = work / order.plan.id
        self._home = self._work / "class"
        self._video = order.film
        self._spoken: list[Spoken] | None = None
        self._words: tuple[Words, tuple[Piece, ...]] | None = None
        self._home.mkdir(parents=True)

    def make(self, heights: Sequence[int]) -> None:
        """Make these rungs and put them on the shelf beside those that are there."""
        _check_room(self._work, self._plan.duration_s, heights)
        names = " and ".join(f"{height}p" for height in sorted(heights, reverse=True))
        self._progress.begin(f"{self._plan.title}, {names}")
        if self._spoken is None:
            self._spoken = speak(self._plan, self._order.path)
        parts = self._draw(heights) if self._video is None else self._convert(self._video, heights)
        version = self._version(self._package(heights, parts))
        checking.check(self._home, version)
        self._shelf.publish(self._home, version)
        self._progress.end()

    def _package(self, heights: Sequence[int], parts: int) -> list[tuple[Rung, list[Piece]]]:
        """The new rungs, each with its pieces; the parts are used up."""
        made = []
        for height in sorted(heights):
            files = [ladder.part_name(height, part) for part in range(parts)]
            name, size = packaging.name_of(height), (ladder.width_of(height), height)
            playlist, found = packaging.package(self._work, files, SOUND, name, self._home)
            rung = packaging.measured(self._home, name, playlist, size, ladder.FRAMES_PER_S, self._source)
            made.append((rung, found))
            for file in files:
                (self._work / file).unlink()
        return made

    def _version(self, made: list[tuple[Rung, list[Piece]]]) -> Version:
        """What was made, beside what is already there of the same source."""
        current = self._shelf.version(self._plan.id)
        known = current if current and current.source == self._source else None
        new = {rung.name for rung, _ in made}
        old = [rung for rung in known.rungs if rung.name not in new] if known else []
        if not any(rung.still for rung in old):
            lowest, duration_s = made[0][0], self._plan.duration_s
            poster = self._work / POSTER
            made = [*made, still.make(poster, SOUND, lowest, duration_s, self._work, self._home)]
        if self._words is None:
            reuse = known is not None and not self._order.force
            self._words = (known.words, known.of_words()) if known and reuse else self._make_words(made[0][0].playlist)
        words, found = self._words
        found = (*found, *(known.of_rungs(old) if known else ()), *(piece for _, some in made for piece in some))
        record = self._plan.record(known.record.published_at if known else self._now())
        return assemble(record, self._source, words, [*old, *(rung for rung, _ in made)], found, self._home)

    def _make_words(self, playlist: str) -> tuple[Words, tuple[Piece, ...]]:
        """Captions, poster, and pictures to find a place by, of the rung with this playlist."""
        told = captions.cues(self._spoken or [], self._plan.duration_s)
        poster = pieces.settle((self._work / POSTER).rename(self._home / POSTER), "poster", self._home)
        trick, found = trick_play.make(playlist, self._plan.duration_s, self._work, self._home)
        said = captions.publish(told, self._plan.duration_s, self._home)
        words = Words(poster.path, said[0].path, said[1].path, trick, self._plan.language)
        return words, (poster, *said, *found)

    def _prepare_rest(self) -> None:
        """Sound and poster."""
        if not (self._work / SOUND).exists():
            bed = video.bed(self._video, self._work) if self._video else None
            mixdown.mix(self._plan, self._spoken or [], self._work, SOUND, bed)
            self._poster()

    def _draw(self, heights: Sequence[int]) -> int:
        """Have all frames drawn at the size of the highest rung and encoded; returns the number of parts."""
        rendering = Rendering(self._plan, heights, self._work)
        try:
            self._prepare_rest()
            rendering.finish(self._progress.at)
        finally:
            rendering.end()
        return rendering.parts

    def _convert(self, film: Source, heights: Sequence[int]) -> int:
        """Have the video fitted and encoded; returns the number of parts."""
        picture = video.fitted(self._plan.duration_s, max(heights)) + "[film]"
        arguments = [*ffmpeg.FROM_OUTSIDE, "-i", f"file:{film.path.absolute()}"]
        arguments += ladder.encoding(heights, 0, picture, threads=0)
        duration_s = self._plan.duration_s
        ffmpeg.run_telling(arguments, self._work, lambda at_s: self._progress.at(min(at_s / duration_s, 1.0)))
        self._prepare_rest()
        return 1

    def _poster(self) -> None:
        poster = self._work / POSTER
        if self._video is None:
            film = Film(self._plan, *POSTER_SIZE)
            picture = to_rgb(film.frame(int(film.journey.frames * POSTER_AT), words=False))
            Image.fromarray(picture).save(poster, quality=88, optimize=True)
            return
        at = str(self._video.duration_s * POSTER_AT)
        fit = video.fitted(self._plan.duration_s, POSTER_SIZE[1]).rstrip(";")
        arguments = [
            *ffmpeg.FROM_OUTSIDE,
            "-ss",
            at,
            "-i",
            f"file:{self._video.path.absolute()}",
            "-filter_complex",
            fit,
        ]
        ffmpeg.run([*arguments, "-map", "[film]", "-frames:v", "1", "-q:v", "3", poster.name], self._work)


def _check_room(folder: Path, duration_s: int, heights: Sequence[int]) -> None:
    """Refuse early what would fill the disk."""
    need = duration_s * (sum(LARGEST_RATES[height] for height in heights) // 4 + 400_000) + 20_000_000
    free = shutil.disk_usage(folder).free
    if free < need:
        wanted, there = need / 1e6, free / 1e6
        raise NoSpace(
            f"not enough room on the disk: {wanted:.0f} MB are needed, {there:.0f} MB are free",
            "free some space, or make fewer rungs with --rungs 360",
        )
