"""The coach's voice: espeak-ng, made a little warmer. The only file that knows the program."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sync.cloud.classes.errors import PlanError, Problem, ToolFailed, ToolMissing
from sync.cloud.classes.language import ENGLISH
from sync.cloud.classes.language import name_of as language_name
from sync.cloud.classes.plan import Line, Plan
from sync.cloud.classes.sound.instruments import RATE, Samples, seconds

PROGRAM = "espeak-ng"
VOICES = ("en-us+f2", "en-gb-x-rp+m3", "en-us+m7", "en-gb-scotland+f4")
WORDS_PER_MINUTE, PITCH = 152, 42
LEVEL = 0.13  # root mean square of speech


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line that was said: where it begins on the class clock, and its sound (mono)."""

    start_s: float
    line: Line
    samples: Samples

    @property
    def end_s(self) -> float:
        """Where it ends on the class clock."""
        return self.start_s + len(self.samples) / RATE


def speak(plan: Plan, path: Path) -> list[Spoken]:
    """Say all lines of a plan, which was read from ``path``. Raises :class:`PlanError` for lines that take longer
    than the plan gives them, :class:`ToolMissing` without espeak-ng, :class:`ToolFailed` for a language that it does
    not speak."""
    spoken, problems = [], []
    voice = _voice(plan) if any(segment.lines for segment in plan.segments) else ""
    for line, start_s, end_s in _timed(plan):
        said = Spoken(start_s, line, _say(line.say, voice))
        if said.end_s > end_s:
            needed, room = said.end_s - start_s, end_s - start_s
            problems.append(
                Problem(
                    line.row, f"line: takes {needed:.1f} s to say, but has {room:.1f} s; shorten it or say it sooner"
                )
            )
        spoken.append(said)
    if problems:
        raise PlanError(path, problems)
    return spoken


def voice_of(coach: str, language: str = ENGLISH) -> str:
    """The voice that belongs to a coach in a language (its tag), always the same."""
    voice = VOICES[zlib.crc32(coach.encode()) % len(VOICES)]
    return voice if language == ENGLISH else f"{language.lower()}+{voice.partition('+')[2]}"


def _voice(plan: Plan) -> str:
    """The voice of a plan's coach: that of the language and region, or else of the language."""
    language = plan.language
    if language == ENGLISH:
        return voice_of(plan.coach)
    for one in dict.fromkeys((language, language.partition("-")[0])):
        voice = voice_of(plan.coach, one)
        command = [_program(), "-v", voice, "-q", "--stdin"]
        if subprocess.run(command, input=b"a", capture_output=True).returncode == 0:
            return voice
    remedy = "choose one that 'espeak-ng --voices' lists, or leave the plan's lines out"
    raise ToolFailed(f"{PROGRAM} does not speak {language_name(language)}", remedy)


def _timed(plan: Plan) -> Iterator[tuple[Line, float, float]]:
    """Every line with its start on the class clock and the latest end it may have."""
    for segment, start in zip(plan.segments, plan.starts_s, strict=False):
        ends = [*(line.at_s for line in segment.lines[1:]), float(segment.seconds)]
        for line, end in zip(segment.lines, ends, strict=False):
            yield line, start + line.at_s, start + end


def _program() -> str:
    program = shutil.which(PROGRAM)
    if program is None:
        raise ToolMissing(f"{PROGRAM} is not installed; it speaks the coach's lines", "apt install espeak-ng")
    return program


def _say(text: str, voice: str) -> Samples:
    command = [_program(), "-v", voice, "-s", str(WORDS_PER_MINUTE), "-p", str(PITCH), "-g", "4", "--stdin", "--stdout"]
    done = subprocess.run(command, input=text.encode(), capture_output=True)
    if done.returncode != 0 or len(done.stdout) < 100:
        words = done.stderr.decode(errors="replace").strip() or "no sound"
        raise ToolFailed(f"{PROGRAM} could not say {text!r}: {words}", "check that espeak-ng works: espeak-ng hello")
    return _warmed(_resampled(*_decoded(done.stdout)))


def _decoded(raw: bytes) -> tuple[Samples, int]:
    """Samples and rate of a WAV. On a pipe espeak-ng cannot know the length: the header's is not believed."""
    with wave.open(io.BytesIO(raw[:44])) as header:
        rate = header.getframerate()
    body = raw[44 : len(raw) - (len(raw) - 44) % 2]
    return np.frombuffer(body, "<i2").astype(np.float32) / 32768, rate


def _resampled(samples: Samples, rate: int) -> Samples:
    """The same sound at ``RATE``, through its spectrum."""
    spectrum = np.fft.rfft(samples)
    wanted = round(len(samples) * RATE / rate)
    room = np.zeros(wanted // 2 + 1, complex)
    keep = min(len(room), len(spectrum))
    hertz = np.fft.rfftfreq(wanted, 1 / RATE)[:keep]
    tone = np.clip((hertz - 60) / 60, 0, 1) * (1 + 0.5 * np.exp(-(((hertz - 220) / 160) ** 2)))
    room[:keep] = spectrum[:keep] * tone
    return (np.fft.irfft(room, wanted) * (wanted / len(samples))).astype(np.float32)


def _warmed(samples: Samples) -> Samples:
    """Trimmed of silence, brought to one level, its peaks softened, in a small room."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    samples = samples[max(int(loud[0]) - seconds(0.02), 0) : int(loud[-1]) + seconds(0.05)] if len(loud) else samples
    spoken = samples[np.abs(samples) > 0.02]
    samples = samples * (LEVEL / max(float(np.sqrt(np.mean(spoken**2))) if len(spoken) else 1.0, 1e-3))
    samples = np.tanh(samples * 1.6) / 1.6
    out = np.concatenate((samples, np.zeros(seconds(0.12), np.float32)))
    for delay_s, gain in ((0.017, 0.16), (0.029, 0.12), (0.043, 0.09), (0.061, 0.06)):
        at = seconds(delay_s)
        out[at : at + len(samples)] += samples * gain
    return out.astype(np.float32)
