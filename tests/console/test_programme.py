"""Songs and messages of a plan on the class clock."""

from __future__ import annotations

import pytest

from console.cues import segment_zone
from console.programme import Programme, over_caption, song_words
from sync.records import FitnessClass, Message, Segment, Song

DRIVE, UNTITLED, SLOW = Song(0.0, "Night Drive", "The Pedals"), Song(20.0, "Untitled"), Song(5.0, "Slow")
SEGMENTS = (
    Segment("Easy", 10),
    Segment("Zones", 30, power_zone=(2, 3), songs=(UNTITLED, DRIVE), messages=(Message(5.5, "Sit tall."),)),
    Segment("Home", 20, songs=(SLOW,), messages=(Message(0.0, "Well ridden."), Message(3.0, "Breathe."))),
)
PROGRAMME = Programme(FitnessClass("a", "A", "S", "Hills", 1, "Pop", "rays", 0, 60, SEGMENTS, "/a.m3u8"))


@pytest.mark.parametrize(
    ("class_s", "song"),
    [(0, None), (9.9, None), (10, DRIVE), (29.9, DRIVE), (30, UNTITLED), (44, UNTITLED), (45, SLOW), (1000, SLOW)],
)
def test_a_song_plays_until_the_next(class_s, song):
    assert PROGRAMME.song(class_s) == song


@pytest.mark.parametrize(
    ("class_s", "message"),
    [(0, ""), (15.4, ""), (15.5, "Sit tall."), (23.4, "Sit tall."), (23.5, ""), (40, "Well ridden."), (43, "Breathe.")],
)
def test_a_message_stands_for_some_seconds_or_until_the_next(class_s, message):
    assert PROGRAMME.message(class_s) == message


def test_a_song_is_one_line():
    assert [song_words(DRIVE), song_words(UNTITLED)] == ["Night Drive · The Pedals", "Untitled"]


@pytest.mark.parametrize(
    ("message", "caption", "shown"),
    [
        ("", "", ""),
        ("Sit tall.", "", "Sit tall."),
        ("", "Find your legs.", "Find your legs."),
        ("Sit tall.", "Find your legs.", "Sit tall.\nFind your legs."),
        ("Sit tall.", "Find your\nlegs.", "Find your\nlegs."),
    ],
)
def test_a_message_shares_the_lines_with_what_is_said(message, caption, shown):
    assert over_caption(message, caption) == shown


def test_a_segment_of_power_zones_is_drawn_in_the_hardest_of_them():
    assert segment_zone(SEGMENTS[1]) == 3
