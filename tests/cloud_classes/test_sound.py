"""The sound: music in step with the pedals, a voice over it, captions of what it says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sync.cloud.classes import tempo
from sync.cloud.classes.captions import cues, webvtt
from sync.cloud.classes.errors import ToolFailed
from sync.cloud.classes.plan import Line, Plan, PlannedSegment
from sync.cloud.classes.sound.instruments import RATE, pad
from sync.cloud.classes.sound.mixdown import envelope
from sync.cloud.classes.sound.music import TAIL_S, songs
from sync.cloud.classes.sound.voice import Spoken, speak, voice_of

EASY = PlannedSegment("Easy", 12, (80, 90), (20, 26), 1, (Line(1.0, "Find your legs."),))
HARD = PlannedSegment("Hard", 12, (96, 104), (44, 50), 6, (Line(1.0, "Go."), Line(6.0, "Hold it there.")))


def plan(palette: int = 0) -> Plan:
    return Plan("heard", "Heard", "Ines Aragón", "Hills", 1, "Synthwave", "ridges", palette, (EASY, HARD))


@pytest.mark.parametrize("palette", range(6))
def test_the_music_lasts_and_is_fuller_when_it_is_harder(palette):
    (start_easy, easy), (start_hard, hard) = songs(plan(palette))
    assert (start_easy, start_hard) == (0, 12 * RATE)
    assert easy.shape == hard.shape == (12 * RATE + round(TAIL_S * RATE), 2)
    assert np.isfinite(easy).all() and np.abs(hard).max() < 2
    loudness = [float(np.sqrt(np.mean(song[RATE : 8 * RATE] ** 2))) for song in (easy, hard)]
    assert loudness[0] > 0.02 and loudness[1] > loudness[0] * 1.3


@pytest.mark.parametrize("segment", [EASY, HARD, PlannedSegment("Slow", 12, (60, 66), (50, 56), 5)])
def test_a_drum_falls_on_each_beat(segment):
    """The lows of the song repeat after one beat of the tempo the pedals have."""
    one = Plan("heard", "Heard", "C", "K", 1, "M", "ridges", 0, (segment,))
    (_, song), *_ = songs(one)
    block = 441
    energy = np.abs(np.diff(song.mean(axis=1)[: 10 * RATE], prepend=0)).reshape(-1, block).max(axis=1)
    rises = np.clip(np.diff(energy), 0, None)
    beat_s = 60 / tempo.beats_per_minute(segment)
    likeness = np.correlate(rises, rises, "full")[len(rises) - 1 :]
    near = round(beat_s * RATE / block)
    found = near - 12 + int(np.argmax(likeness[near - 12 : near + 13]))
    assert found * block / RATE == pytest.approx(beat_s, abs=0.02)


def test_a_note_has_its_pitch():
    note = pad(69, 2.0)
    spectrum = np.abs(np.fft.rfft(note * np.hanning(len(note))))
    assert np.argmax(spectrum) * RATE / len(note) == pytest.approx(440, abs=2)


def test_lines_are_spoken_when_the_plan_says_and_understood_as_sound(tmp_path):
    spoken = speak(plan(), tmp_path)
    assert [said.start_s for said in spoken] == [1.0, 13.0, 18.0]
    lengths = [said.end_s - said.start_s for said in spoken]
    assert 0.3 < lengths[1] < lengths[2] < 3
    for said in spoken:
        assert np.isfinite(said.samples).all() and 0.1 < np.abs(said.samples).max() <= 1


def test_a_coach_keeps_the_voice():
    assert voice_of("Ines Aragón") == voice_of("Ines Aragón")
    assert len({voice_of(name) for name in ("Ines Aragón", "Dee Okoro", "Theo Brandt", "Mira Solano")}) > 1


def test_the_bed_gives_way_to_the_voice_and_comes_back():
    gain = envelope([Spoken(3.0, Line(0, "x"), np.zeros(2 * RATE, np.float32))], 10.0)
    at = {second: gain[round(second * 100)] for second in (1.0, 2.9, 3.0, 4.0, 5.0, 5.3, 6.0, 9.0)}
    assert at[1.0] == at[6.0] == at[9.0] == 1
    assert at[3.0] == at[4.0] == at[5.0] < 0.5
    assert at[3.0] < at[2.9] < 1 and at[3.0] < at[5.3] < 1


def said(start_s: float, length_s: float, text: str) -> Spoken:
    return Spoken(start_s, Line(0, text), np.zeros(round(length_s * RATE), np.float32))


def test_captions_never_overlap_nor_outlast_the_class():
    found = cues([said(1, 2, "One."), said(3.5, 1, "Two."), said(9, 0.9, "Three.")], 10)
    assert [(cue.start_s, round(cue.end_s, 3)) for cue in found] == [(1, 3.5), (3.5, 5.7), (9, 10)]


def test_a_long_line_is_shown_in_parts_of_two_rows():
    text = "word " * 40
    found = cues([said(0, 12, text.strip())], 60)
    assert len(found) > 1 and all(cue.text.count("\n") <= 1 for cue in found)
    assert all(len(row) <= 42 for cue in found for row in cue.text.split("\n"))
    assert all(a.end_s == b.start_s for a, b in pairwise(found))
    assert " ".join(" ".join(cue.text.split("\n")) for cue in found) == text.strip()


def test_webvtt_escapes_what_would_be_markup():
    text = webvtt(cues([said(3723.5, 1, "Left --> right & <up>")], 4000))
    assert "01:02:03.500 --> 01:02:05.700\nLeft --&gt; right &amp; &lt;up&gt;\n" in text


def test_the_coach_speaks_the_language_of_the_plan_or_says_why_not(tmp_path):
    english, finnish = (speak(replace(plan(), language=one), tmp_path)[0].samples for one in ("en", "fi-FI"))
    assert len(finnish) > 1000 and not np.array_equal(english, finnish)
    with pytest.raises(ToolFailed, match="does not speak xx"):
        speak(replace(plan(), language="xx"), tmp_path)
