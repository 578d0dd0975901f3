"""Whose word counts when several sensors speak of the same value."""

from hypothesis import given
from hypothesis import strategies as st

from console.sources import METRICS, SILENT_S, Sources
from drivers import Sample

BIKE, PEDALS, STRAP, WATCH = "serial://bike", "ble://pedals", "ble://strap", "ble://watch"


def four() -> Sources:
    sources = Sources()
    for source, kind in ((BIKE, "bike"), (PEDALS, "power meter"), (STRAP, "heart rate"), (WATCH, "heart rate")):
        sources.know(source, kind)
    return sources


def bike(at_s: float) -> Sample:
    return Sample(at_s, BIKE, cadence_rpm=80, resistance_pct=40, power_w=150, heart_rate_bpm=120)


def test_the_pedals_beat_the_bikes_power_and_leave_it_the_rest():
    sources = four()
    assert sources.admit(bike(0.0)) == bike(0.0), "alone, the bike is believed in everything"
    assert sources.admit(Sample(0.1, PEDALS, power_w=161)) == Sample(0.1, PEDALS, power_w=161)
    assert sources.admit(bike(0.2)) == Sample(0.2, BIKE, cadence_rpm=80, resistance_pct=40, heart_rate_bpm=120)


def test_a_strap_beats_the_bikes_heart_rate():
    sources = four()
    sources.admit(Sample(0.0, STRAP, heart_rate_bpm=140))
    assert sources.admit(Sample(0.1, BIKE, heart_rate_bpm=90)) is None


def test_the_next_best_takes_over_from_who_falls_silent_and_gives_back_at_the_first_word():
    sources = four()
    sources.admit(Sample(0.0, PEDALS, power_w=161))
    assert sources.admit(bike(SILENT_S)).power_w is None, "just heard"
    assert sources.admit(bike(SILENT_S + 0.1)).power_w == 150
    assert sources.speaker("power_w", SILENT_S + 0.1) == BIKE
    assert sources.admit(Sample(9.0, PEDALS, power_w=170)).power_w == 170
    assert sources.speaker("power_w", 9.0) == PEDALS


def test_what_is_measured_beats_what_is_reckoned_whoever_was_paired_first():
    sources = Sources()
    sources.know(BIKE, "bike")
    sources.know("ble://other", "bike")
    reckoned = Sample(0.0, BIKE, cadence_rpm=80, power_w=150, estimated=frozenset({"power_w"}))
    assert sources.admit(reckoned) == reckoned, "alone, it is believed"
    assert sources.admit(Sample(0.1, "ble://other", power_w=161)) is not None
    assert sources.admit(reckoned).power_w is None and sources.speaker("power_w", 0.2) == "ble://other"


def test_of_two_straps_the_one_paired_first_is_believed():
    sources = four()
    sources.admit(Sample(0.0, STRAP, heart_rate_bpm=140))
    assert sources.admit(Sample(0.1, WATCH, heart_rate_bpm=100)) is None
    assert sources.speaking("heart_rate_bpm", 0.1) == [STRAP, WATCH]


def test_the_riders_choice_comes_first_while_it_speaks():
    sources = four()
    sources.choose("power_w", BIKE)
    sources.admit(bike(0.0))
    assert sources.admit(Sample(0.1, PEDALS, power_w=161)) is None
    assert sources.admit(Sample(5.0, PEDALS, power_w=161)) is not None, "the bike is silent"
    sources.choose("power_w", None)
    assert sources.admit(bike(5.1)).power_w is None


def test_a_forgotten_sensor_has_no_say():
    sources = four()
    sources.admit(Sample(0.0, PEDALS, power_w=161))
    sources.forget(PEDALS)
    assert sources.admit(bike(0.1)).power_w == 150


WORDS = st.lists(
    st.tuples(
        st.floats(0, 3),
        st.sampled_from([BIKE, PEDALS, STRAP, WATCH]),
        st.dictionaries(st.sampled_from(METRICS), st.floats(1, 300), min_size=1),
    ),
    max_size=40,
)


@given(WORDS)
def test_at_any_moment_one_speaker_a_value_and_never_none_while_somebody_speaks(words):
    sources, now_s, spoke = four(), 0.0, {}
    for gap_s, source, said in words:
        now_s += gap_s
        admitted = sources.admit(Sample(now_s, source, **said))
        for metric in METRICS:
            value = getattr(admitted, metric) if admitted else None
            believed = sources.speaker(metric, now_s)
            assert (value is not None) == (metric in said and believed == source)
            if metric in said:
                spoke[metric] = now_s
            if metric in spoke and now_s - spoke[metric] <= SILENT_S:
                assert believed is not None
