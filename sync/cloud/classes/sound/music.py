"""The music bed: a song for each segment, its beat in step with the pedals, fuller the harder the segment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sync.cloud.classes import tempo
from sync.cloud.classes.plan import Plan, PlannedSegment
from sync.cloud.classes.sound.instruments import RATE, Samples, bass, bell, clap, hat, kick, pad, riser, seconds

BARS, BEATS = 4, 4
TAIL_S = 0.35  # how long a song lingers into the next
RISER_S = 2.5


@dataclass(frozen=True, slots=True)
class Harmony:
    """A key and its round of four chords. ``root`` is a MIDI note, ``chords`` are notes above it."""

    root: int
    chords: tuple[tuple[int, int, int], ...]


MINOR, MAJOR = (0, 3, 7), (0, 4, 7)


def _round(root: int, *chords: tuple[int, tuple[int, int, int]]) -> Harmony:
    return Harmony(root, tuple((step, step + kind[1], step + kind[2]) for step, kind in chords))


HARMONIES = (
    _round(45, (0, MINOR), (8, MAJOR), (3, MAJOR), (10, MAJOR)),
    _round(43, (0, MINOR), (3, MAJOR), (5, MAJOR), (10, MAJOR)),
    _round(48, (0, MAJOR), (7, MAJOR), (9, MINOR), (5, MAJOR)),
    _round(42, (0, MINOR), (10, MAJOR), (8, MAJOR), (10, MAJOR)),
    _round(40, (0, MINOR), (5, MINOR), (8, MAJOR), (7, MINOR)),
    _round(46, (0, MAJOR), (9, MINOR), (5, MAJOR), (7, MAJOR)),
)


def songs(plan: Plan) -> Iterator[tuple[int, Samples]]:
    """Each segment's music as (first sample in the class, ``(n, 2)`` samples); they overlap by ``TAIL_S``."""
    harmony = HARMONIES[plan.palette]
    for i, (segment, start_s) in enumerate(zip(plan.segments, plan.starts_s, strict=False)):
        following = plan.segments[i + 1] if i + 1 < len(plan.segments) else None
        harder = following is not None and tempo.drive(following) > tempo.drive(segment)
        yield start_s * RATE, _song(segment, harmony, rises=harder)


def _song(segment: PlannedSegment, harmony: Harmony, rises: bool) -> Samples:
    n, tail = segment.seconds * RATE, seconds(TAIL_S)
    rounds = [_Round(segment, harmony, verse).play() for verse in (0, 1)]
    both = np.concatenate(rounds)
    song = np.tile(both, (-(-(n + tail) // len(both)), 1))[: n + tail].copy()
    song[-tail:] *= np.linspace(1, 0, tail, dtype=np.float32)[:, None] ** 2
    song[: seconds(0.02)] *= np.linspace(0, 1, seconds(0.02), dtype=np.float32)[:, None]
    if rises and segment.seconds > 2 * RISER_S:
        rise = riser(RISER_S) * 0.16
        song[n - len(rise) : n] += rise[:, None]
    return song


class _Round:
    """Four bars that can be repeated without a seam: what sounds over the end is wrapped to the start."""

    def __init__(self, segment: PlannedSegment, harmony: Harmony, verse: int) -> None:
        self._harmony, self._verse, self._drive = harmony, verse, tempo.drive(segment)
        self._beat_s = 60 / tempo.beats_per_minute(segment)
        self._length = seconds(BARS * BEATS * self._beat_s)
        self._warm = np.zeros((self._length, 2), np.float32)  # what the bass drum pumps
        self._dry = np.zeros((self._length, 2), np.float32)

    def play(self) -> Samples:
        """The four bars, ``(n, 2)``."""
        for bar, chord in enumerate(self._harmony.chords):
            self._chord(bar, chord)
            self._bass(bar, chord[0])
            self._bells(bar, chord)
        self._drums()
        return self._warm * self._pump()[:, None] + self._dry

    def _add(self, track: Samples, sound: Samples, beat: float, gain: float, side: float = 0.0) -> None:
        """Add ``sound`` at ``beat`` of the round; ``side`` is -1 (left) to 1 (right)."""
        at = seconds(beat * self._beat_s) % self._length
        pair = np.stack((sound * (gain * min(1 - side, 1)), sound * (gain * min(1 + side, 1))), axis=1)
        while len(pair):
            part = pair[: self._length - at]
            track[at : at + len(part)] += part
            pair, at = pair[len(part) :], 0

    def _chord(self, bar: int, chord: tuple[int, int, int]) -> None:
        length_s = BEATS * self._beat_s
        voices = [self._harmony.root + 12 + step for step in chord] + [self._harmony.root + 24 + chord[0]]
        for i, note in enumerate(_near(voices, self._harmony.root + 16)):
            self._add(self._warm, pad(note, length_s), bar * BEATS, 0.075, side=(-0.5, 0.5, -0.2, 0.2)[i])

    def _bass(self, bar: int, step: int) -> None:
        note = self._harmony.root - 12 + step - (12 if step > 6 else 0)
        every = 2.0 if self._drive < 0.3 else 1.0 if self._drive < 0.5 else 0.5
        for i in range(round(BEATS / every)):
            octave = 12 if every == 0.5 and i % 4 == 3 else 0
            sound = bass(note + octave, round(every * self._beat_s * 0.92, 3))
            self._add(self._warm, sound, bar * BEATS + i * every, 0.2 + 0.06 * self._drive)

    def _bells(self, bar: int, chord: tuple[int, int, int]) -> None:
        notes = [self._harmony.root + 24 + step for step in (*chord, chord[0] + 12)]
        pattern = ((0, 1, 2, 1, 3, 2, 1, 2), (0, 2, 3, 2, 1, 3, 2, 1))[self._verse]
        skip = 2 if self._drive < 0.3 else 1
        for i in range(0, 8, skip):
            note, beat, side = notes[pattern[i]], bar * BEATS + i / 2, 0.5 if i % 2 else -0.5
            gain = 0.055 + 0.03 * self._drive
            self._add(self._warm, bell(note), beat, gain, side)
            for echo in (1, 2):
                self._add(self._warm, bell(note), beat + 0.75 * echo, gain * 0.36**echo, -side)

    def _drums(self) -> None:
        for beat in range(BARS * BEATS):
            if self._drive >= 0.4 or beat % 2 == 0:
                self._add(self._dry, kick(), beat, 0.26 + 0.12 * self._drive)
            if self._drive >= 0.5 and beat % 2 == 1:
                self._add(self._dry, clap(), beat, 0.14 + 0.05 * self._drive, 0.1)
            self._add(self._dry, hat(opened=self._drive > 0.7), beat + 0.5, 0.05 + 0.06 * self._drive, -0.2)
            if self._drive >= 0.55:
                for quarter in (0.25, 0.75):
                    self._add(self._dry, hat(), beat + quarter, 0.04, 0.3)

    def _pump(self) -> Samples:
        """How the warm instruments give way to each beat."""
        at = np.arange(self._length, dtype=np.float32) / RATE / self._beat_s % 1.0
        depth = 0.12 + 0.38 * self._drive
        return 1 - depth * (1 - np.minimum(at / 0.55, 1)) ** 2


def _near(notes: list[int], centre: int) -> list[int]:
    """The notes, each moved by octaves to within half of one of ``centre``: voices that step, not leap."""
    return [centre + (note - centre + 6) % 12 - 6 for note in notes]
