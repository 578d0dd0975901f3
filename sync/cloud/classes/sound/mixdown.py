"""The sound of a class: a bed (music, or a video's own sound) that gives way to the spoken lines, at one loudness."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sync.cloud.classes import ffmpeg
from sync.cloud.classes.plan import Plan
from sync.cloud.classes.sound.instruments import RATE, seconds
from sync.cloud.classes.sound.music import songs
from sync.cloud.classes.sound.voice import Spoken

LOUDNESS_LUFS = -16.0
DUCKED, DUCK_IN_S, DUCK_OUT_S = 0.36, 0.2, 0.7
FADE_IN_S, FADE_OUT_S = 0.6, 2.5
BITRATE = "128k"
RAW = ("-f", "f32le", "-ar", str(RATE), "-ac", "2")
_ENVELOPE_RATE = 100
Track = NDArray[np.floating[Any]]


def mix(plan: Plan, spoken: Sequence[Spoken], work: Path, out: str, bed: Path | None = None) -> None:
    """Mix the class's sound in the directory ``work`` and write it to ``out`` there, as AAC.

    ``bed`` is raw sound (32-bit float, ``RATE``, stereo) in place of the music.
    """
    raw = work / "mix.f32"
    with raw.open("wb") as file:  # a disk that fills up under a mapped file would kill the process
        os.posix_fallocate(file.fileno(), 0, plan.duration_s * RATE * 2 * 4)
    track = np.memmap(raw, np.float32, "r+", shape=(plan.duration_s * RATE, 2))
    if bed is None:
        _lay_songs(plan, track)
    else:
        _lay_bed(bed, track)
    _duck(track, spoken)
    for said in spoken:
        start = seconds(said.start_s)
        part = said.samples[: len(track) - start]
        track[start : start + len(part)] += part[:, None]
    _fade(track)
    track.flush()
    del track
    _encode(raw, work, out)


def _lay_songs(plan: Plan, track: Track) -> None:
    for start, song in songs(plan):
        part = song[: len(track) - start]
        track[start : start + len(part)] += part


def _lay_bed(bed: Path, track: Track) -> None:
    if bed.stat().st_size:
        samples = np.memmap(bed, np.float32, "r").reshape(-1, 2)[: len(track)]
        track[: len(samples)] = samples


def envelope(spoken: Sequence[Spoken], duration_s: float) -> Track:
    """The bed's gain, ``_ENVELOPE_RATE`` values a second: 1, and lower while the coach speaks."""
    at = np.arange(round(duration_s * _ENVELOPE_RATE) + 1, dtype=np.float32) / _ENVELOPE_RATE
    gain = np.ones_like(at)
    for said in spoken:
        away = np.maximum((said.start_s - at) / DUCK_IN_S, (at - said.end_s) / DUCK_OUT_S)
        gain = np.minimum(gain, DUCKED + (1 - DUCKED) * np.clip(away, 0, 1))
    return gain


def _duck(track: Track, spoken: Sequence[Spoken]) -> None:
    gain = envelope(spoken, len(track) / RATE)
    step = seconds(10)
    for start in range(0, len(track), step):
        part = track[start : start + step]
        at = np.arange(start, start + len(part)) * (_ENVELOPE_RATE / RATE)
        part *= np.interp(at, np.arange(len(gain)), gain).astype(np.float32)[:, None]


def _fade(track: Track) -> None:
    n_in, n_out = (min(seconds(length), len(track)) for length in (FADE_IN_S, FADE_OUT_S))
    track[:n_in] *= np.linspace(0, 1, n_in, dtype=np.float32)[:, None]
    track[len(track) - n_out :] *= np.linspace(1, 0, n_out, dtype=np.float32)[:, None]


def _encode(raw: Path, work: Path, out: str) -> None:
    """Write the mix at ``LOUDNESS_LUFS``, its peaks limited, as AAC."""
    gain = LOUDNESS_LUFS - _loudness(raw, work)
    level = f"volume={gain:.2f}dB,alimiter=limit=0.89:attack=4:release=60:level=disabled"
    ffmpeg.run([*RAW, "-i", raw.name, "-af", level, "-c:a", "aac", "-aac_coder", "fast", "-b:a", BITRATE, out], work)
    raw.unlink()


def _loudness(raw: Path, work: Path) -> float:
    """Integrated loudness in LUFS (EBU R 128); the target itself where there is only silence."""
    words = ffmpeg.report([*RAW, "-i", raw.name, "-af", "ebur128=framelog=verbose", "-f", "null", "-"], work)
    found = re.findall(r"I:\s+(-?[\d.]+) LUFS", words)
    measured = float(found[-1]) if found else LOUDNESS_LUFS
    return measured if measured > -60 else LOUDNESS_LUFS
