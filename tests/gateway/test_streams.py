"""The playlists that libVLC gets, what is kept in memory, and the clocks beside them. Pure parts."""

from __future__ import annotations

from pathlib import Path

import m3u8
import pytest

from console.gateway.broadcast import KEPT, WINDOW, Aired, Broadcast
from console.gateway.continuity import Continuity
from console.gateway.fmp4 import begins_at_s, carries_parameters, is_whole, moved, timescales
from console.gateway.playhead import Playhead
from console.gateway.reading import Part, Segment, Track
from console.gateway.reel import Piece, Reel
from console.gateway.wallclock import WallClock


def reel(count: int = 10, memory_bytes: int = 10_000) -> Reel:
    segments = tuple(Segment(n, Part(f"http://o/{n}"), 2.0, Part("http://o/i")) for n in range(count))
    return Reel(Track(segments, 2.0, True), memory_bytes)


def test_the_on_demand_playlist_is_whole_and_its_addresses_are_its_own():
    told = m3u8.loads(reel(3).playlist())
    assert told.is_endlist and told.playlist_type == "vod" and told.target_duration == 2
    assert [segment.uri for segment in told.segments] == ["seg/0.m4s", "seg/1.m4s", "seg/2.m4s"]
    assert {segment.init_section.uri for segment in told.segments} == {"init.mp4"}


def test_the_playlist_can_begin_at_a_later_piece():
    told = m3u8.loads(reel(5).playlist(3))
    assert told.media_sequence == 3 and [segment.uri for segment in told.segments] == ["seg/3.m4s", "seg/4.m4s"]


def test_memory_is_bounded_and_what_lies_behind_goes_first():
    film = reel(memory_bytes=5_000)
    for place in range(8):
        film.put(place, Piece(bytes(1_000), 0), keep_from=3)
    assert [place for place in range(10) if film.get(place)] == [3, 4, 5, 6, 7]
    assert film.ready_until(6.5) == 16.0 and film.ready_until(1.0) == 2.0 - 1.0 + 0.0
    film.put(2, Piece(bytes(1_000), 0), keep_from=2)
    assert film.get(7) is None and film.get(2) is not None, "the farthest ahead gives way"


def test_what_is_missing_next_is_found_from_the_position_on():
    film = reel()
    for place in (2, 3, 5):
        film.put(place, Piece(b"x", 0), keep_from=0)
    assert film.next_missing(4.5, 20.0) == 4
    assert film.next_missing(4.5, 20.0, gone={4}) == 6
    assert film.next_missing(4.5, 7.0) is None


def test_what_libvlc_has_taken_is_not_fetched_in_a_better_rung():
    film = reel()
    for place in range(6):
        film.put(place, Piece(b"x", 0), keep_from=0)
    film.take(2)
    assert film.last_below(1, 3.0) == 5 and film.last_below(0, 3.0) is None
    assert film.last_below(1, 3.0, but={5}) == 4 and film.last_below(1, 11.0) is None
    film.put(2, Piece(b"y", 1), keep_from=0)
    assert film.is_taken(2) and film.last_below(2, 0.0, but={3, 4, 5}) == 1


def test_the_live_playlist_slides_and_counts_what_has_gone():
    live = Broadcast()
    for place in range(WINDOW + 5):
        live.put(Aired(place, 1000.0 + place, 1.0, b"x", 0, breaks=place == 2))
    told = m3u8.loads(live.playlist())
    assert told.media_sequence == 5 and len(told.segments) == WINDOW and not told.is_endlist
    assert told.discontinuity_sequence == 1
    assert told.segments[0].current_program_date_time.timestamp() == 1005.0
    assert live.get(4) is not None, "who has an older playlist still gets its pieces"
    for place in range(WINDOW + 5, WINDOW + 5 + KEPT):
        live.put(Aired(place, 1000.0 + place, 1.0, b"x", 0))
    assert live.get(4) is None and live.count == KEPT


def test_wall_time_follows_the_position_through_breaks():
    clock = WallClock()
    assert clock.wall_s(1.0) is None
    clock.took(7, 500.0, 1.0, breaks=False)
    clock.took(8, 501.0, 1.0, breaks=False)
    clock.took(9, 600.0, 1.0, breaks=True)
    assert [clock.wall_s(at_s) for at_s in (0.0, 1.5, 2.25)] == [500.0, 501.5, 600.25]
    clock.opened()
    clock.took(12, 700.0, 1.0, breaks=False)
    assert clock.wall_s(0.5) == 700.5


def test_without_the_players_word_the_position_is_guessed_from_what_it_takes():
    head = Playhead()
    head.asked(0.0, 10.0)
    head.served(10.0)
    assert head.position_s(11.0) == 0.0, "nothing further was asked for"
    head.asked(4.0, 11.0)
    assert head.position_s(12.0) == 2.0
    head.asked(100.0, 12.0)
    assert head.position_s(12.0) == 100.0
    assert head.tell(50.0, 13.0) and not head.tell(50.2, 13.2)
    assert head.position_s(14.0) == 50.2


def test_what_the_player_has_gone_away_from_is_known():
    head = Playhead()
    assert not head.left(0.0, 4.0, 1.0), "nobody has told"
    head.tell(30.0, 1.0)
    assert head.left(20.0, 24.0, 1.5) and not head.left(28.0, 32.0, 1.5) and not head.left(56.0, 60.0, 1.5)
    assert head.left(120.0, 124.0, 1.5)
    assert not head.left(20.0, 24.0, 9.0), "what was told long ago says nothing"


@pytest.fixture(scope="session")
def rung(laddered: Path) -> Path:
    return laddered / "v180"


def test_parameter_sets_in_band_are_found(rung):
    init, piece = (rung / "init.mp4").read_bytes(), (rung / "3.m4s").read_bytes()
    assert carries_parameters(init, piece)
    assert not carries_parameters(init, piece.replace(b"\x67\x42", b"\x6c\x42"))
    assert not carries_parameters(b"", piece) and not carries_parameters(init, b"")


def test_where_a_piece_begins_is_read(rung):
    init = (rung / "init.mp4").read_bytes()
    scales, piece = timescales(init), (rung / "3.m4s").read_bytes()
    assert sorted(scales) == [1, 2] and scales[2] == 48_000
    assert begins_at_s(scales, piece) == pytest.approx(6.0, abs=0.1)
    assert begins_at_s(scales, b"") is None and begins_at_s({}, piece) is None
    later = moved(scales, piece, 10.0)
    assert later is not None and len(later) == len(piece)
    assert begins_at_s(scales, later) == pytest.approx(16.0, abs=0.1)
    assert moved(scales, piece, -100.0) is None


def test_pieces_of_an_encoder_that_was_started_again_follow_the_ones_before(rung):
    init = (rung / "init.mp4").read_bytes()
    scales = timescales(init)
    pieces = [(rung / f"{number}.m4s").read_bytes() for number in range(8)]
    film = Continuity()
    assert film.fit(init, pieces[4], 100.0, 2.0) == pieces[4]
    assert film.fit(init, pieces[5], 102.06, 2.0) == pieces[5], "origins' clocks differ a little"
    again = film.fit(init, pieces[0], 107.0, 2.0)  # 3 s are missing
    assert again is not None and begins_at_s(scales, again) == pytest.approx(15.0, abs=0.2)
    then = film.fit(init, pieces[1], 109.0, 2.0)
    assert then is not None and begins_at_s(scales, then) == pytest.approx(17.0, abs=0.2)
    other = init.replace((15_360).to_bytes(4, "big"), (12_800).to_bytes(4, "big"))
    assert film.fit(other, pieces[0], 111.0, 2.4) is None, "another clock: the film begins anew"
    assert film.fit(other, pieces[1], 113.4, 2.4) == pieces[1]


@pytest.mark.parametrize("cut", [1, 9, 500, 20_000])
def test_a_cut_piece_is_not_whole(rung, cut):
    piece = (rung / "3.m4s").read_bytes()
    assert is_whole(piece) and not is_whole(piece[:-cut]) and not is_whole(b"")
