"""Which rungs make one stream, and how they are found again on other pathways."""

from __future__ import annotations

import pytest

from console.gateway.ladder import on_pathway, playable
from console.gateway.outline import Unavailable
from console.gateway.reading import Film, Rung, Steering

H264, HEVC = "avc1.64001f,mp4a.40.2", "hvc1.1.6.L93.B0,mp4a.40.2"


def rung(height: int, codecs: str = H264, **fields: object) -> Rung:
    return Rung(f"http://o/{height}", bandwidth=height * 1000 + len(codecs), height=height, codecs=codecs, **fields)  # type: ignore[arg-type]


def test_the_lowest_is_first_and_codecs_are_not_mixed():
    film = Film((rung(2160, HEVC), rung(1080), rung(1080, HEVC), rung(360)))
    assert [one.height for one in playable(film)] == [360, 1080]
    assert all("avc1" in one.codecs for one in playable(film))


def test_sound_alone_is_no_rung():
    film = Film((rung(0, "mp4a.40.2"), rung(360)))
    assert [one.height for one in playable(film)] == [360]
    with pytest.raises(Unavailable, match="no picture"):
        playable(Film((rung(0, "mp4a.40.2"),)))


def test_what_says_nothing_of_codecs_is_taken_as_it_is():
    assert [one.height for one in playable(Film((rung(720, ""), rung(360, ""))))] == [360, 720]


def test_rungs_whose_sound_lies_elsewhere_are_refused_with_a_reason():
    with pytest.raises(Unavailable, match="sound is in files of its own"):
        playable(Film((rung(360, audio="a"), rung(720, audio="a"))))
    assert [one.height for one in playable(Film((rung(360, audio="a"), rung(720))))] == [720]


def test_only_one_pathway_is_looked_at():
    film = Film((rung(360, pathway="a"), rung(720, pathway="b")), steering=Steering("http://o/s", "b"))
    assert [one.height for one in playable(film)] == [720]


def test_the_same_rung_is_found_by_its_id_its_figures_or_its_place():
    mine = rung(720, stable_id="high")
    assert on_pathway(mine, 1, 2, [rung(360), rung(540, stable_id="high")]).height == 540  # type: ignore[union-attr]
    assert on_pathway(rung(720), 1, 2, [rung(720), rung(360)]).height == 720  # type: ignore[union-attr]
    assert on_pathway(rung(720), 1, 2, [rung(700), rung(300)]).height == 700  # type: ignore[union-attr]
    assert on_pathway(rung(720), 1, 2, [rung(300)]) is None
