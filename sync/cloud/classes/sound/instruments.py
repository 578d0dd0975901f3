"""The instruments of the music bed: each a function that gives one note as samples, mono, about -1 to 1."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 44_100
Samples = NDArray[np.floating[Any]]
_TABLE = 4096


def frequency(note: int) -> float:
    """Hertz of a MIDI note number; 69 is A at 440 Hz."""
    return float(440 * 2 ** ((note - 69) / 12))


def seconds(count: float) -> int:
    """Samples in so many seconds."""
    return round(count * RATE)


@lru_cache(maxsize=512)
def pad(note: int, length_s: float) -> Samples:
    """A soft chord voice: two slightly detuned waves that swell and ebb, longer than asked by their tail."""
    n = seconds(length_s + 0.9)
    body = _wave(frequency(note) * 0.9985, n, 7, 1.6) + _wave(frequency(note) * 1.0015, n, 7, 1.6)
    at = np.arange(n, dtype=np.float32) / RATE
    swell = np.minimum(at / 0.45, 1) * np.clip((n / RATE - at) / 0.9, 0, 1)
    return (body * swell * 0.5).astype(np.float32)


@lru_cache(maxsize=512)
def bass(note: int, length_s: float) -> Samples:
    """A round bass note."""
    n = seconds(length_s)
    body = _wave(frequency(note), n, 5, 1.3)
    return body * _plucked(n, 0.55, 0.006, 0.03)


@lru_cache(maxsize=512)
def bell(note: int) -> Samples:
    """A short plucked note with a glassy top."""
    n = seconds(0.7)
    body = _wave(frequency(note), n, 3, 1.8) + 0.25 * _wave(frequency(note) * 4.0, n, 1, 1) * _plucked(
        n, 0.05, 0.002, 0
    )
    return body * _plucked(n, 0.16, 0.003, 0.02)


@lru_cache(maxsize=1)
def kick() -> Samples:
    """A bass drum."""
    at = np.arange(seconds(0.34), dtype=np.float32) / RATE
    sweep = 47 * at + 3.2 * (1 - np.exp(-at * 34))
    return (np.sin(2 * np.pi * sweep) * np.exp(-at * 9.5)).astype(np.float32) * _plucked(len(at), 1, 0.002, 0.02)


@lru_cache(maxsize=2)
def hat(opened: bool = False) -> Samples:
    """A hi-hat: bright noise."""
    return _noise(0.22 if opened else 0.07, 0.07 if opened else 0.018, bright=2, seed=3)


@lru_cache(maxsize=1)
def clap() -> Samples:
    """A hand clap: three quick bursts."""
    burst = _noise(0.2, 0.045, bright=1, seed=5)
    late = seconds(0.011)
    out = np.zeros(len(burst) + 2 * late, np.float32)
    for i, gain in enumerate((0.5, 0.6, 1.0)):
        out[i * late : i * late + len(burst)] += burst * gain
    return out


def riser(length_s: float) -> Samples:
    """Noise that rises towards the next segment."""
    n = seconds(length_s)
    noise = _noise(length_s, 1e9, bright=1, seed=9)[:n]
    return noise * (np.arange(n, dtype=np.float32) / n) ** 3


def _wave(hertz: float, n: int, harmonics: int, fall: float) -> Samples:
    """``n`` samples of a tone with ``harmonics`` partials, each ``k`` at 1 / k ** ``fall``."""
    at = (np.arange(n, dtype=np.float64) * (hertz / RATE * _TABLE)).astype(np.int64) & (_TABLE - 1)
    return _cycle(min(harmonics, max(int(9000 / hertz), 1)), fall)[at]


@lru_cache(maxsize=64)
def _cycle(harmonics: int, fall: float) -> Samples:
    at = np.arange(_TABLE) / _TABLE * 2 * np.pi
    wave = np.sum([np.sin(k * at) / k**fall for k in range(1, harmonics + 1)], axis=0)
    return (wave / np.abs(wave).max()).astype(np.float32)


def _plucked(n: int, decay_s: float, attack_s: float, release_s: float) -> Samples:
    at = np.arange(n, dtype=np.float32) / RATE
    shape = np.exp(-at / decay_s) * np.minimum(at / attack_s, 1)
    if release_s:
        shape = shape * np.clip((n / RATE - at) / release_s, 0, 1)
    return shape.astype(np.float32)


def _noise(length_s: float, decay_s: float, bright: int, seed: int) -> Samples:
    n = seconds(length_s)
    noise = np.random.default_rng(seed).standard_normal(n + bright).astype(np.float32)
    noise = np.diff(noise, n=bright) / 2**bright
    return noise * _plucked(n, decay_s, 0.001, min(0.02, length_s / 4))
