"""What is heard beside the class: when, how it sounds, and that it can be muted."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from console.cues import Plan
from console.ticks import Ticks
from console.tones import RATE_HZ, Tone, samples, wav
from sync.records import FitnessClass, Segment

FRAME_S = 1 / 30
PLAYS = """
import sys, time
from types import SimpleNamespace
from console.__main__ import configure_kivy
from console.options import parse_options
configure_kivy(parse_options([]))
from console.sounds import Sounds
from console.tones import Tone

settings = SimpleNamespace(volume=0, values={"ticks": True})
sounds = Sounds(settings)
assert not sounds.play(Tone.TICK), "nothing is ready yet"
sounds.prepare()
sounds._thread.join()
muted = [sounds.play(Tone.TICK)]
settings.volume, settings.values["ticks"] = 80, False
muted.append(sounds.play(Tone.TICK))
settings.values["ticks"] = True
time.sleep(0.2)
print(muted, flush=True)
sys.stdin.readline()
print(sounds.play(Tone.CHANGE), flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def plan() -> Plan:
    segments = tuple(Segment(name, seconds) for name, seconds in (("A", 10), ("B", 8), ("C", 6)))
    return Plan(FitnessClass("c", "C", "X", "Hills", 1, "", "ridges", 0, 24, segments, "/x.m3u8"))


def heard(plan: Plan, moments: list[float], riding: bool = True) -> list[tuple[float, Tone]]:
    ticks = Ticks()
    tones = [(class_s, ticks.due(plan.at(class_s), riding)) for class_s in moments]
    return [(round(class_s, 1), tone) for class_s, tone in tones if tone is not None]


def ridden(from_s: float, to_s: float) -> list[float]:
    return [from_s + FRAME_S * frame for frame in range(round((to_s - from_s) / FRAME_S) + 2)]


def test_three_ticks_and_a_change_in_every_segment_also_the_last(plan: Plan) -> None:
    tones = heard(plan, ridden(0, 24))
    assert [tone for _s, tone in tones] == [Tone.TICK, Tone.TICK, Tone.TICK, Tone.CHANGE] * 3
    assert [s for s, _tone in tones] == pytest.approx([7, 8, 9, 10, 15, 16, 17, 18, 21, 22, 23, 24], abs=0.06)


def test_nothing_is_heard_while_the_ride_is_paused_or_before_it_has_begun(plan: Plan) -> None:
    assert heard(plan, ridden(0, 24), riding=False) == []
    assert heard(plan, [8.0]) == []


def test_a_jump_in_the_class_is_silent(plan: Plan) -> None:
    assert heard(plan, [2.0, 8.5]) == [] and heard(plan, [2.0, 12.0]) == [] and heard(plan, [16.5, 2.0]) == []
    assert heard(plan, [6.9, 7.9]) == [(7.9, Tone.TICK)], "a slow frame still ticks, once"


@pytest.mark.parametrize("tone", Tone)
def test_a_tone_is_short_and_soft_and_neither_cracks_nor_clips(tone: Tone) -> None:
    sound = samples(tone)
    assert 0.05 < len(sound) / RATE_HZ < 0.6
    assert 4_000 < max(map(abs, sound)) < 22_000
    assert abs(sound[0]) < 200 and abs(sound[-1]) < 200
    assert max(abs(after - before) for before, after in pairwise(sound)) < 5_000
    with wave.open(BytesIO(wav(tone))) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (1, RATE_HZ, len(sound))


def test_what_may_be_heard_really_comes_out_of_the_mixer(tmp_path: Path) -> None:
    """SDL writes what it would play to a file."""
    played = tmp_path / "played.raw"
    environment = os.environ | {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(played), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", PLAYS]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as player:
        assert player.stdin is not None and player.stdout is not None
        assert player.stdout.readline() == "[False, False]\n"
        assert not any(played.read_bytes()), "it was muted"
        player.stdin.write("on\n")
        player.stdin.flush()
        assert player.stdout.readline() == "True\n"
        while not any(played.read_bytes()):
            assert player.poll() is None
        player.stdin.write("end\n")
        player.stdin.flush()
        assert player.wait(20) == 0


def test_no_way_to_make_a_sound_is_no_trouble(tmp_path: Path) -> None:
    from console.settings import Settings
    from console.sounds import Sounds
    from sync.cache import Cache

    cache = Cache.open(tmp_path / "tablet.sqlite3")
    silent = Sounds(Settings(cache), possible=lambda: False)
    silent.prepare()
    assert not silent.play(Tone.TICK)

    def broken(_files: object) -> dict[Tone, object]:
        raise OSError("no device")

    failing = Sounds(Settings(cache), load=broken, possible=lambda: True)
    failing.prepare()
    assert failing._thread is not None
    failing._thread.join(10)
    assert not failing.play(Tone.TICK)
    cache.close()
