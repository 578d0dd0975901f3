"""The drawn picture: every motif in every palette, moving with the effort, legs in step with the beat."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sync.cloud.classes import tempo
from sync.cloud.classes.picture.canvas import Backdrop, Canvas, Sprite, to_rgb
from sync.cloud.classes.picture.cyclist import HOODS, SHIN, THIGH, ankle_of, joint, pose_of
from sync.cloud.classes.picture.film import SCENERIES, Film
from sync.cloud.classes.picture.journey import Journey
from sync.cloud.classes.picture.lettering import text_sprite
from sync.cloud.classes.picture.palette import PALETTES
from sync.cloud.classes.plan import MOTIFS, Plan, PlannedSegment
from sync.cloud.classes.plan import PALETTES as PALETTE_COUNT

EASY = PlannedSegment("Easy", 10, (80, 90), (20, 26), 1)
CLIMB = PlannedSegment("Climb", 10, (62, 70), (50, 56), 5)
SPRINT = PlannedSegment("Sprint", 10, (100, 116), (40, 46), 7)
SMALL = (320, 180)


def plan(motif: str = "ridges", palette: int = 0, segments: tuple[PlannedSegment, ...] = (EASY, CLIMB, SPRINT)) -> Plan:
    return Plan("drawn", "Drawn", "Ines Aragón", "Hills", 1, "Synthwave", motif, palette, segments)


def test_every_motif_and_palette_of_a_plan_can_be_drawn():
    assert set(SCENERIES) == set(MOTIFS) and len(PALETTES) == PALETTE_COUNT


@pytest.mark.parametrize("motif", MOTIFS)
def test_a_motif_fills_the_picture_and_moves(motif):
    film = Film(plan(motif, MOTIFS.index(motif)), *SMALL)
    first, second, later = (film.frame(number).frame.copy() for number in (100, 101, 250))
    assert np.array_equal(first, film.frame(100).frame), "a frame must not depend on the one drawn before"
    assert not np.array_equal(first, second)
    assert np.mean(np.abs(first.astype(int) - later)) > 1
    sky = to_rgb(film.frame(100))[:100]
    assert sky.std() > 8 and sky.mean() < 150, "calm and dark, but not empty"


def test_the_middle_of_the_screen_is_where_things_happen():
    film = Film(plan(), *SMALL)
    frames = np.stack([to_rgb(film.frame(number)).astype(int) for number in range(120, 150)])
    moving = frames.std(axis=0).mean(axis=2)
    middle, foot = moving[28:108, 57:247], moving[125:150]
    assert middle.mean() > 4 * foot.mean()


def test_the_title_comes_first_then_the_segment_and_its_zone():
    film, plain = Film(plan(), 960, 540), Film(plan(), 960, 540)
    box = (slice(80, 160), slice(190, 450))

    def written(number: int) -> float:
        words = to_rgb(film.frame(number)).astype(int)
        return float(np.abs(words - to_rgb(plain.frame(number, words=False)))[box].mean())

    assert written(100) > 8 and written(240) > 8


def test_the_class_fades_in_and_out():
    film = Film(plan(), *SMALL)
    assert film.frame(0).y.max() <= 17
    assert film.frame(film.journey.frames - 1).y.mean() < film.frame(450).y.mean() / 2


def test_harder_segments_go_by_faster_and_hills_tilt_the_road():
    journey = Journey(plan(segments=(EASY, CLIMB, SPRINT)))
    speeds = [journey.at(n + 30).way - journey.at(n).way for n in (150, 450, 750)]
    assert speeds[0] < speeds[1] < speeds[2]
    assert journey.at(150).grade_deg == 0 and journey.at(450).grade_deg > 3
    assert (journey.at(150).stand, journey.at(450).stand) == pytest.approx((0, 1))
    steps = np.diff([journey.at(n).grade_deg for n in range(journey.frames)])
    assert np.abs(steps).max() < 0.12, "the road must not jump"


@pytest.mark.parametrize("segment", [EASY, CLIMB, SPRINT])
def test_feet_go_down_on_the_beat_at_the_planned_cadence(segment):
    journey = Journey(plan(segments=(EASY, segment)))
    start, later = journey.at(300 + 120), journey.at(300 + 240)
    assert (later.turns - start.turns) * 60 / 4 == pytest.approx(tempo.cadence_rpm(segment))
    half_turns_off_the_beat = later.turns * 2 - later.beats * 2 / tempo.beats_per_turn(segment)
    assert half_turns_off_the_beat == pytest.approx(round(half_turns_off_the_beat), abs=1e-6)


def test_the_rider_stays_on_the_bicycle():
    """Through a whole turn, seated and standing, legs reach the pedals and hands the bar without tearing."""
    for stand in (0.0, 0.5, 1.0):
        for step in range(24):
            turns = step / 24
            pose = pose_of(stand, turns)
            ankle = ankle_of(turns)
            assert math.dist(pose.hip, ankle) < THIGH + SHIN
            knee = joint(pose.hip, ankle, THIGH, SHIN, bend=1)
            assert math.dist(knee, ankle) == pytest.approx(SHIN, rel=1e-6)
            assert math.dist(pose.elbow, HOODS) < 90


def test_a_sprite_covers_what_it_should_and_is_cut_at_the_edges():
    canvas = Canvas(64, 36)
    Backdrop.of(np.full((36, 64, 3), 40.0)).draw(canvas)
    red = np.zeros((10, 10, 4), np.float32)
    red[...] = (255, 0, 0, 255)
    Sprite(red).draw(canvas, -4, -4)
    Sprite(red / 2).draw(canvas, 40, 20)
    Sprite(red).draw(canvas, 20, 20, opacity=0.5)
    Sprite(red).draw(canvas, 200, 200)
    shown = to_rgb(canvas).astype(int)
    assert shown[2, 2] == pytest.approx((255, 0, 0), abs=4) and shown[8, 8] == pytest.approx((40, 40, 40), abs=4)
    assert shown[25, 45] == pytest.approx((148, 20, 20), abs=5) == shown[25, 25]


def test_a_long_text_is_made_to_fit():
    wide, narrow = (text_sprite("A VERY LONG NAME", "Inter-SemiBold.ttf", 40, (255, 255, 255), w) for w in (1e9, 120))
    assert wide.width > 300 and narrow.width <= 124


def test_a_segment_without_targets_is_drawn_too():
    free = PlannedSegment("As you like", 10)
    film = Film(replace(plan(), segments=(free,)), *SMALL)
    assert film.frame(290).y.std() > 5
