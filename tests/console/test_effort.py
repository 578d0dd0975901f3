import pytest

from console.effort import heart_zone, power_zone, speed_mps, zone_position

MPH = 1609.344 / 3600


@pytest.mark.parametrize(("watts", "mph"), [(0, 0.0), (50, 11.96), (100, 16.23), (200, 21.40), (300, 24.88)])
def test_speed_follows_the_bikes_own_curve(watts, mph):
    assert speed_mps(watts) == pytest.approx(mph * MPH, abs=0.01 * MPH)


@pytest.mark.parametrize(("share", "zone"), [(0, 1), (0.54, 1), (0.55, 2), (0.9, 4), (1.05, 5), (1.5, 7), (3, 7)])
def test_zones(share, zone):
    assert power_zone(share * 200, 200) == zone
    assert zone - 1 <= zone_position(share * 200, 200) <= zone


def test_the_needle_rises_with_power_over_all_zones():
    places = [zone_position(watts, 200) for watts in range(0, 500, 5)]
    assert places == sorted(places) and places[0] == 0 and places[-1] == 7


def test_heart_zones():
    assert [heart_zone(bpm, 200) for bpm in (100, 125, 150, 170, 190)] == [1, 2, 3, 4, 5]
