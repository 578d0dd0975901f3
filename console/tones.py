"""The short sounds of the console, made of sines. No Kivy, no I/O."""

from __future__ import annotations

import io
import math
import wave
from array import array
from dataclasses import dataclass
from enum import Enum

RATE_HZ = 44_100
ATTACK_S = 0.003  # without it a tone begins with a crack
FULL = 32_767


class Tone(Enum):
    """What there is to hear."""

    TICK = "tick"  # a second before the plan changes
    CHANGE = "change"  # the plan changes now
    FIVE = "five"  # somebody gives a high five


@dataclass(frozen=True, slots=True)
class Note:
    """A sine that begins ``at_s`` into its tone and dies away: after ``fades_s`` a third of it is left."""

    hz: float
    at_s: float = 0.0
    lasts_s: float = 0.12
    fades_s: float = 0.03
    level: float = 0.3


_NOTES = {
    Tone.TICK: (Note(1_046.5), Note(2_093.0, level=0.06)),
    Tone.CHANGE: (Note(1_046.5, lasts_s=0.3, fades_s=0.08), Note(1_568.0, at_s=0.09, lasts_s=0.4, fades_s=0.12)),
    Tone.FIVE: (
        Note(784.0, fades_s=0.02),
        Note(1_175.0, at_s=0.06, fades_s=0.02),
        Note(1_568.0, at_s=0.12, lasts_s=0.3, fades_s=0.07),
    ),
}


def samples(tone: Tone) -> array[int]:
    """The tone as 16-bit samples of one channel, :data:`RATE_HZ` a second."""
    notes = _NOTES[tone]
    count = round(max(note.at_s + note.lasts_s for note in notes) * RATE_HZ)
    return array("h", (round(FULL * sum(_at(note, index / RATE_HZ) for note in notes)) for index in range(count)))


def _at(note: Note, second: float) -> float:
    into_s = second - note.at_s
    if not 0 <= into_s < note.lasts_s:
        return 0.0
    ends = min(into_s / ATTACK_S, (note.lasts_s - into_s) / ATTACK_S, 1.0)
    return note.level * ends * math.exp(-into_s / note.fades_s) * math.sin(math.tau * note.hz * into_s)


def wav(tone: Tone) -> bytes:
    """The tone as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE_HZ)
        written.writeframes(samples(tone).tobytes())
    return file.getvalue()
