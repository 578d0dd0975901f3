"""Flat shapes, kept glyphs, gliding needles and curves: what is drawn is what was meant."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.curves import curve, extent, gaps, means, round_seconds, seconds_in_zones, smooth, zones
from console.effort import power_zone
from console.widgets.glide import GLIDE_S, Glide
from sync.records import Point

values = st.one_of(st.none(), st.floats(0, 900))
powers = st.lists(values, min_size=1, max_size=400)


def points(watts):
    return [Point(second, 0.0, power_w=power) for second, power in enumerate(watts)]


def test_a_needle_takes_120_ms_evenly_to_each_new_value():
    glide = Glide()
    glide.aim(0.2, 10.0)
    assert glide.step(10.0) == 0.2, "the first value is there at once"
    glide.aim(0.6, 11.0)
    assert glide.step(11.0 + GLIDE_S / 2) == pytest.approx(0.4)
    assert glide.step(11.0 + GLIDE_S) == pytest.approx(0.6)
    glide.aim(None, 12.0)
    assert glide.step(12.0) is None, "no value, no needle"


def test_a_needle_that_is_sent_on_goes_on_from_where_it_is():
    glide = Glide()
    glide.aim(0.0, 0.0)
    glide.aim(1.0, 1.0)
    glide.step(1.0 + GLIDE_S / 2)
    glide.aim(0.0, 1.0 + GLIDE_S / 2)
    assert glide.step(1.0 + GLIDE_S / 2) == pytest.approx(0.5)
    assert glide.step(1.0 + 2 * GLIDE_S) == pytest.approx(0.0)


@given(powers, st.integers(1, 500))
def test_columns_of_a_plot_lose_no_energy(watts, columns):
    known = [power for power in watts if power is not None]
    shown = means(curve(points(watts), "power_w"), columns)
    assert len(shown) == min(len(watts), columns)
    if not known:
        assert np.isnan(shown).all()
    else:
        assert np.nanmin(shown) >= min(known) - 1e-6 and np.nanmax(shown) <= max(known) + 1e-6


@given(powers)
def test_zones_of_a_curve_are_those_of_its_powers(watts):
    power = curve(points(watts), "power_w")
    known = [w for w in watts if w is not None]
    assert [zone + 1 for zone in zones(power[~np.isnan(power)], 210.0)] == [power_zone(w, 210.0) for w in known]
    assert sum(seconds_in_zones(power, 210.0)) == len(known), "a second nobody measured is in no zone"


@given(powers, st.integers(1, 30))
def test_smoothing_neither_invents_nor_exceeds(watts, width):
    power = curve(points(watts), "power_w")
    smoothed = smooth(power, width)
    assert (np.isnan(smoothed) == np.isnan(power)).all()
    if not np.isnan(power).all():
        assert np.nanmax(smoothed) <= np.nanmax(power) + 1e-6


@given(st.lists(st.booleans(), max_size=60))
def test_stretches_without_gaps_hold_exactly_what_is_known(known):
    assert [i for first, last in gaps(known) for i in range(first, last)] == [i for i, k in enumerate(known) if k]


@given(st.lists(st.floats(20, 200), min_size=1))
def test_a_scale_holds_all_values_and_is_round(rates):
    low, high = extent(np.array(rates), 10, 40)
    assert low <= min(rates) and high >= max(rates) and high - low >= 40 and low % 10 == high % 10 == 0


def test_a_time_axis_has_a_handful_of_round_marks():
    for length_s in (30, 95, 600, 1680, 3600, 7200):
        assert 1 <= length_s / round_seconds(length_s, 7) <= 7


@pytest.fixture
def pixels(stage):
    """What a widget draws on a black window: an array of rows from the top, 0-255."""
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
    from kivy.uix.widget import Widget

    from console.widgets.flat import Flat
    from tests.gallery.window import step

    def draw(batch):
        widget = Widget()
        widget.canvas.add(Flat(batch))
        batch.show()
        stage.show(widget)
        step(2)
        width, height = Window.size
        data = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        return np.frombuffer(data, np.uint8).reshape(height, width, 3).astype(int)

    return draw


@pytest.fixture
def batch(stage):
    from console.widgets.flat import Batch

    return Batch()


RED = (1.0, 0.0, 0.0, 1.0)


def red(picture):
    """How much of the window is red, in pixels; edges count by their share."""
    return (picture[:, :, 0] - picture[0, 0, 0]).clip(0).sum() / (255 - picture[0, 0, 0])


def test_a_box_covers_its_area_less_its_round_corners(batch, pixels):
    batch.box(100, 100, 200, 120, 30, RED)
    assert red(pixels(batch)) == pytest.approx(200 * 120 - (4 - math.pi) * 30**2, rel=0.01)


def test_a_box_on_whole_pixels_has_sharp_sides(batch, pixels):
    batch.box(100, 100, 200, 120, 10, RED)
    row = pixels(batch)[160, 95:306, 0]
    assert list(row[:5] < 40) == [True] * 5 and row[5] == 255 and row[204] == 255 and row[205] < 40


def test_an_outline_is_as_thick_as_asked(batch, pixels):
    batch.frame(100, 100, 200, 120, 20, 4, RED)
    row = pixels(batch)[160, 90:130, 0]
    assert (row > 200).sum() == 4


def test_an_arc_covers_its_share_of_the_ring(batch, pixels):
    batch.arc(400, 400, 150, 26, -134, 134, RED)
    assert red(pixels(batch)) == pytest.approx(2 * math.pi * 150 * 26 * 268 / 360, rel=0.02)


def test_a_line_keeps_its_width_round_sharp_bends(batch, pixels):
    zigzag = np.array([(100 + 20 * i, 200 + 80 * (i % 2)) for i in range(20)], dtype=float)
    batch.line(zigzag, 4, RED)
    length = np.hypot(*np.diff(zigzag, axis=0).T).sum()
    assert red(pixels(batch)) == pytest.approx(4 * length, rel=0.12)


def test_numbers_do_not_jitter(stage):
    from console.widgets.digits import Digits

    widths = {Digits(text=text, font_size=156).width for text in ("100", "118", "197", "888")}
    assert len(widths) == 1, "all digits are equally wide"


def test_a_changed_number_keeps_its_texture_and_a_strange_sign_is_learnt(stage):
    from console.widgets.digits import Digits
    from tests.gallery.window import step

    number = Digits(text="98", font_size=77)
    stage.show(number)
    step()
    before = number._mesh.texture
    number.text = "103"
    step()
    assert number._mesh.texture is before
    number.text = "103 kJ"
    step()
    assert number.width > Digits(text="103", font_size=77).width


def test_long_words_end_in_an_ellipsis_within_their_limit(stage):
    from console.widgets.digits import Phrase, phrase_texture

    phrase = Phrase(text="The class goes on without picture", font_size=28, limit=200)
    assert phrase.width <= 200
    assert phrase_texture("Short", "Text", 28, 200)[0].width == Phrase(text="Short", font_size=28).width
