"""Making one class: the whole flow from a plan to the shelf."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from sync.cloud.classes import captions, ffmpeg, ladder, video
from sync.cloud.classes.errors import NoSpace
from sync.cloud.classes.picture.canvas import to_rgb
from sync.cloud.classes.picture.film import Film
from sync.cloud.classes.plan import Plan
from sync.cloud.classes.progress import Progress
from sync.cloud.classes.shelf import Shelf
from sync.cloud.classes.sound import mixdown
from sync.cloud.classes.sound.voice import speak
from sync.records import FitnessClass

MAKER_VERSION = 1  # raise it when the same plan gives another class
FIRST_HEIGHTS = 720  # rungs up to this are made first; higher ones behind
POSTER_SIZE, POSTER_AT = (1280, 720), 0.42
LARGEST_RATES = {1080: 2_500_000, 720: 1_300_000, 540: 900_000, 360: 600_000}  # bits a second, with room to spare
_SET_PIPE_SIZE, _PIPE_BYTES = 1031, 1 << 20  # fcntl's F_SETPIPE_SZ


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: the plan, read from ``path``, in rungs of these ``heights``."""

    path: Path
    plan: Plan
    heights: tuple[int, ...]
    film: Path | None = None
    force: bool = False

    @property
    def source(self) -> str:
        """What the class is made of, as ten hexadecimal digits: the plan, the maker's version, the video."""
        digest = hashlib.sha256(f"{MAKER_VERSION} {self.plan!r}".encode())
        if self.film is not None:
            with self.film.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()[:10]

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
        self._video = video.look_into(order.film, order.plan) if order.film else None
        self._work.mkdir()

    def prepare(self) -> None:
        """Sound, captions and poster."""
        plan = self._plan
        _check_room(self._work, plan.duration_s, self._order.heights)
        self._progress.begin(f"{plan.title}: sound")
        spoken = speak(plan, self._order.path)
        told = captions.cues(spoken, plan.duration_s)
        (self._work / "captions.vtt").write_text(captions.webvtt(told))
        (self._work / "captions.m3u8").write_text(ladder.captions_playlist(plan.duration_s))
        mixdown.mix(plan, spoken, self._work, video.bed(self._video, self._work) if self._video else None)
        self._poster()
        self._progress.end()

    def make(self, heights: Sequence[int]) -> None:
        """Make these rungs and put them on the shelf beside those that are there."""
        names = " and ".join(f"{height}p" for height in sorted(heights, reverse=True))
        self._progress.begin(f"{self._plan.title}: picture {names}")
        for height in heights:
            (self._work / ladder.rung_name(height)).mkdir()
        if self._video is None:
            self._draw(heights)
        else:
            self._convert(self._video, heights)
        self._shelf.publish(self._work, self._source, self._described)
        self._progress.end()

    def _draw(self, heights: Sequence[int]) -> None:
        """Draw all frames at the size of the highest rung and send them to the encoder."""
        top = max(heights)
        film = Film(self._plan, ladder.width_of(top), top)
        size = f"{ladder.width_of(top)}x{top}"
        raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", str(ladder.FRAMES_PER_S)]
        arguments = [*raw, "-thread_queue_size", "8", "-i", "-", "-i", "sound.m4a"]
        encoder = self._encoder(arguments, heights, "[0:v]", subprocess.PIPE)
        try:
            self._send(film, encoder)
            ffmpeg.finish(encoder)
        finally:
            ffmpeg.end(encoder)

    def _send(self, film: Film, encoder: subprocess.Popen[bytes]) -> None:
        frames, pipe = film.journey.frames, encoder.stdin
        assert pipe is not None
        fcntl.fcntl(pipe, _SET_PIPE_SIZE, _PIPE_BYTES)
        try:
            for number in range(frames):
                pipe.write(film.frame(number).frame.data)
                self._progress.at(number / frames)
            pipe.close()
        except BrokenPipeError:
            return  # the encoder has ended; finish() tells why

    def _convert(self, film: video.Video, heights: Sequence[int]) -> None:
        arguments = ["-progress", "pipe:1", "-i", f"file:{film.path.absolute()}", "-i", "sound.m4a"]
        picture = video.fitted(self._plan.duration_s, max(heights)) + "[film]"
        encoder = self._encoder(arguments, heights, picture, subprocess.DEVNULL, subprocess.PIPE)
        assert encoder.stdout is not None
        try:
            for line in encoder.stdout:
                if line.startswith(b"out_time_us=") and line[12:].strip().isdigit():
                    self._progress.at(min(int(line[12:]) / 1e6 / self._plan.duration_s, 1.0))
            ffmpeg.finish(encoder)
        finally:
            ffmpeg.end(encoder)

    def _encoder(
        self, inputs: list[str], heights: Sequence[int], picture: str, stdin: int, stdout: int | None = None
    ) -> subprocess.Popen[bytes]:
        arguments = [*inputs, *ladder.encoding(heights, self._source, picture, "1:a")]
        return ffmpeg.start(arguments, self._work, stdin, stdout)

    def _poster(self) -> None:
        poster = self._work / "poster.jpg"
        if self._video is None:
            film = Film(self._plan, *POSTER_SIZE)
            picture = to_rgb(film.frame(int(film.journey.frames * POSTER_AT), words=False))
            Image.fromarray(picture).save(poster, quality=88, optimize=True)
            return
        at = str(self._video.duration_s * POSTER_AT)
        fit = video.fitted(self._plan.duration_s, POSTER_SIZE[1]).rstrip(";")
        arguments = ["-ss", at, "-i", f"file:{self._video.path.absolute()}", "-filter_complex", fit]
        ffmpeg.run([*arguments, "-map", "[film]", "-frames:v", "1", "-q:v", "3", poster.name], self._work)

    def _described(self, rungs: list[ladder.Rung], size_bytes: int) -> FitnessClass:
        plan, before = self._plan, self._shelf.find(self._plan.id)
        heights = sorted(rung.height for rung in rungs)
        revision = hashlib.sha256(f"{self._source} {heights}".encode()).hexdigest()[:16]
        known = before is not None and self._source in self._shelf.rungs(plan.id).values()
        media = f"/media/{plan.id}"
        return FitnessClass(
            id=plan.id,
            title=plan.title,
            coach=plan.coach,
            kind=plan.kind,
            effort=plan.effort,
            music=plan.music,
            motif=plan.motif,
            palette=plan.palette,
            duration_s=plan.duration_s,
            segments=tuple(segment.record() for segment in plan.segments),
            playlist=f"{media}/master.m3u8",
            poster=f"{media}/poster.jpg",
            captions=f"{media}/captions.vtt",
            size_bytes=size_bytes,
            published_at=before.published_at if known and before else self._now(),
            revision=revision,
            description=plan.description,
        )


def _check_room(folder: Path, duration_s: int, heights: Sequence[int]) -> None:
    """Refuse early what would fill the disk."""
    need = duration_s * (sum(LARGEST_RATES[height] for height in heights) // 8 + 400_000) + 20_000_000
    free = shutil.disk_usage(folder).free
    if free < need:
        wanted, there = need / 1e6, free / 1e6
        raise NoSpace(
            f"not enough room on the disk: {wanted:.0f} MB are needed, {there:.0f} MB are free",
            "free some space, or make fewer rungs with --rungs 360",
        )
