"""The parts of an origin that do no I/O."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import m3u8
import pytest

from sync.cloud.classes.shelf import Shelf
from sync.cloud.live import admission, boxes, planning
from sync.cloud.live.encoding import Rung
from sync.cloud.live.ending import forget_recordings
from sync.cloud.live.errors import EncoderLost, Unsuitable
from sync.cloud.live.media_time import MediaTime
from sync.cloud.live.packets import Packet, PacketList, Source
from sync.cloud.live.recording import Recording
from sync.cloud.live.supply import SYNCPOINT, Supply
from sync.cloud.live.timeline import Stretch, Take, timeline
from sync.cloud.live.window import KEPT, OFFERED, Piece, Window
from sync.cloud.schedule import Planned, Seen, folder_of, state_of
from sync.records import FitnessClass, to_json
from tests.live.origins import PLAN

RATE = 30


def arrivals(best_s: float, seconds: int, drift: float = 0.0, stall: range = range(0)):
    """(PTS, arrival) of a stream whose best way takes ``best_s``: mostly a little later, sometimes much."""
    dice = random.Random(7)
    for n in range(seconds * RATE):
        pts_s = n / RATE
        late_s = dice.expovariate(50) + (0.4 if int(pts_s) in stall else 0.0)
        yield pts_s, 1000.0 + pts_s * (1 + drift) + best_s + late_s


def test_media_time_is_that_of_the_best_arrival():
    media_time = MediaTime()
    for pts_s, arrived_at in arrivals(0.05, 30, stall=range(10, 20)):
        media_time.heard(pts_s, arrived_at)
        if media_time.settled:
            assert media_time.wall_s(pts_s) == pytest.approx(1000.05 + pts_s, abs=0.02)


def test_two_origins_agree_also_when_one_joins_an_hour_later_and_the_encoder_runs_fast():
    early, late = MediaTime(), MediaTime()
    for pts_s, arrived_at in arrivals(0.05, 3600, drift=100e-6):
        early.heard(pts_s, arrived_at)
        if pts_s >= 3500:
            late.heard(pts_s, arrived_at + 0.01)
    assert early.wall_s(3600) == pytest.approx(late.wall_s(3600), abs=0.05)


def test_packets_are_read_with_their_time_bases():
    packets = PacketList()
    head = ["#tb 0: 1/48000", "#media_type 0: audio", "#codec_id 0: aac", "#tb 1: 1/1000", "#media_type 1: video"]
    for line in [*head, "#codec_id 1: h264", "#dimensions 1: 1280x720", "rubbish", "7, 1, 1, 1, 1, 0x0"]:
        assert packets.read(line) is None
    assert packets.source == Source("h264", 1280, 720, "aac")
    assert packets.read("1,  33,  66,  33,  4519, 0x11b3c7be, F=0x0") == Packet(True, 0.033, 0.066, 4519, False)
    assert packets.read("0,  48000,  48000,  1024,  236, 0x9e3e7303") == Packet(False, 1.0, 1.0, 236, True)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (Source(None, 0, 0, "aac"), "no picture"),
        (Source("vp6f", 320, 180, None), "vp6f"),
        (Source("h264", 16384, 16384, "aac"), "16384x16384"),
        (Source("h264", 8, 8, "aac"), "8x8"),
        (Source("h264", 1280, 720, "nellymoser"), "nellymoser"),
    ],
)
def test_what_is_refused_before_anything_is_decoded(source, named):
    with pytest.raises(Unsuitable, match=named) as refused:
        admission.check(source)
    assert refused.value.remedy


def test_a_flood_and_a_jump_are_no_encoder():
    flow = admission.Flow()
    with pytest.raises(Unsuitable, match="Mbit"):
        for n in range(1000):
            flow.check(Packet(True, n / 1000, n / 1000, 1_000_000, True), n / 1000, float("inf"))
    flow = admission.Flow()
    flow.check(Packet(True, 10.0, 10.0, 100, True), 110.0, 100.0)
    flow.check(Packet(True, 30.0, 30.0, 100, True), 130.0, 100.0)  # it left twenty seconds out
    with pytest.raises(EncoderLost):
        flow.check(Packet(True, 90.0, 90.0, 100, True), 131.0, 100.0)
    with pytest.raises(EncoderLost):
        flow.check(Packet(True, 29.0, 29.0, 100, True), 131.0, 100.0)


@pytest.mark.parametrize(("rate", "made"), [(30, 30), (29.97, 30), (60, 30), (50, 25), (25, 25), (24, 24), (5, 15)])
def test_the_rate_that_is_made(rate, made):
    pictures = [Packet(True, round(n / rate, 3), 0.0, 1, False) for n in range(12)]
    assert admission.rate_of(pictures) == made


class Sink(bytearray):
    """What a ladder was given."""

    closed = False

    def write(self, data: bytes) -> None:
        self.extend(data)

    def close(self) -> None:
        self.closed = True


def test_a_second_ladder_joins_the_stream_at_a_syncpoint():
    supply, first, second = Supply(), Sink(), Sink()
    for data in (b"head", b"er" + SYNCPOINT[:3], SYNCPOINT[3:] + b"one"):
        supply.give(data)
    supply.attach(first)
    supply.give(b"two")
    supply.detach()
    supply.give(b"half of" + SYNCPOINT + b"three")
    supply.attach(second)
    supply.give(b"four")
    supply.end()
    assert bytes(first) == b"header" + SYNCPOINT + b"onetwo"
    assert bytes(second) == b"header" + SYNCPOINT + b"threefour"
    assert second.closed and not first.closed
    with pytest.raises(BufferError):
        Supply().give(bytes(100_000))


def piece(n: int, breaks: bool = False) -> Piece:
    return Piece(f"s-{n}.m4s", "s-init.mp4", 1.0, 1_800_000_000.25 + n, breaks)


def test_the_window_moves_on_and_counts():
    window, rung = Window(1_800_000_000.0), Rung(720)
    assert window.master() is None and window.media() is None
    window.describe([rung], {rung: "avc1.4d401f"}, 30, True)
    gone = [one for n in range(OFFERED + KEPT + 5) for one in window.add(piece(n, breaks=n == 3))]
    assert gone == [piece(n, breaks=n == 3) for n in range(5)]
    playlist = m3u8.loads(window.media())
    first = window._number
    assert len(playlist.segments) == OFFERED and playlist.media_sequence == first
    assert playlist.segments[0].uri == f"s-{KEPT + 5}.m4s"
    assert playlist.discontinuity_sequence == Window(1_800_000_000.0)._breaks + 1
    assert playlist.segments[0].program_date_time.timestamp() == pytest.approx(1_800_000_000.25 + KEPT + 5)
    window.end()
    assert m3u8.loads(window.media()).is_endlist
    later = Window(1_800_000_000.0 + OFFERED + KEPT + 5)
    assert later._number >= first + OFFERED, "a restarted origin goes on counting"


def test_when_rungs_are_added_old_pieces_are_offered_no_more():
    window = Window(0.0)
    window.describe([Rung(360)], {Rung(360): "avc1.4d401e"}, 30, True)
    window.add(piece(0))
    window.describe([Rung(720), Rung(360)], {Rung(720): "a", Rung(360): "b"}, 30, False)
    window.add(piece(1, breaks=True))
    assert [one.uri for one in m3u8.loads(window.media()).segments] == ["s-1.m4s"]
    assert [one.uri for one in m3u8.loads(window.master()).playlists] == ["v720/media.m3u8", "v360/media.m3u8"]


def test_boxes():
    whole = (16).to_bytes(4, "big") + b"mdat" + bytes(8)
    assert boxes.is_whole(whole) and boxes.is_whole(whole * 2)
    assert not boxes.is_whole(whole[:-1]) and not boxes.is_whole(b"") and not boxes.is_whole(bytes(16))
    assert boxes.picture_codec(b"....avcC\x01\x4d\x40\x1f") == "avc1.4d401f" and boxes.picture_codec(b"") is None


A, B = Path("a"), Path("b")


def test_recordings_of_both_origins_make_one_class():
    takes = [Take(A, 90.0, 110.0), Take(B, 105.0, 130.0), Take(A, 140.0, 200.0)]
    assert timeline(takes, 100.0, 60.0) == [
        Stretch(A, 10.0, 10.0),
        Stretch(B, 5.0, 20.0, hold_s=10.0),
        Stretch(A, 0.0, 20.0),
    ]


def test_a_recording_that_began_late_or_ended_early_is_filled_up():
    assert timeline([Take(A, 103.0, 110.0)], 100.0, 20.0) == [Stretch(None, 0, 0, 3.0), Stretch(A, 0.0, 7.0, 10.0)]
    assert timeline([Take(A, 0.0, 99.0)], 100.0, 20.0) == [] == timeline([], 100.0, 20.0)


async def test_a_full_disk_ends_the_recording_and_nothing_else(tmp_path):
    (tmp_path / "s.ts").symlink_to("/dev/full")
    recording = Recording(tmp_path, "s")
    recording.write(b"picture")
    await recording.close()
    assert "No space left" in (recording.trouble or "") and "free some space" in (recording.trouble or "")
    recording.write(b"more")


def test_recordings_of_classes_that_are_on_demand_are_let_go_after_a_week(tmp_path):
    for class_id, starts_at in (("old", 1_800_000_000.0), ("unmade", 1_800_000_000.0), ("new", 1_800_700_000.0)):
        (tmp_path / f"{class_id}.toml").write_text(PLAN)
        planning.put(tmp_path, tmp_path / f"{class_id}.toml", starts_at, (), starts_at, class_id)
        (folder_of(tmp_path, class_id) / "recordings" / "a").mkdir(parents=True)
        if class_id != "unmade":
            planned = planning.find(tmp_path, class_id)
            (tmp_path / "classes" / class_id).mkdir(parents=True)
            (tmp_path / "classes" / class_id / "class.json").write_text(json.dumps(to_json(planned.fitness_class)))
    assert forget_recordings(tmp_path, 1_800_800_000.0, Shelf(tmp_path)) == ["old"]
    assert not (folder_of(tmp_path, "old") / "recordings").exists()
    assert (folder_of(tmp_path, "new") / "recordings" / "a").exists()


class Watch:
    """An origin's health as the cloud hears it, and the states that follow."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        record = FitnessClass("c", "C", "S", "Hills", 2, "Pop", "rings", 0, 600, (), "")
        self.planned = Planned(record, 10_000.0, origins, "key", 0.0, 0.0)

    def states(self, seen: Seen, *moments: float) -> list[str]:
        return [state_of(self.planned, seen, moment) for moment in moments]


def test_the_state_of_a_class_follows_the_clock_and_its_origins():
    watched, alone = Watch(("http://a",)), Watch(())
    moments = 9_399.0, 9_400.0, 10_000.0, 10_599.0, 10_600.0, 10_901.0
    assert alone.states(Seen(), *moments) == ["scheduled", "lobby", "live", "live", "ended", "ended"]
    assert watched.states(Seen(), *moments) == ["scheduled", "lobby", "lobby", "lobby", "ended", "ended"]
    on = Seen(shown=True, showing=True)
    assert watched.states(on, *moments) == ["scheduled", "lobby", "live", "live", "live", "ended"]
    assert watched.states(Seen(shown=True), 10_300.0, 10_600.0) == ["live", "ended"], "away for a moment, then for good"
    assert watched.states(Seen(shown=True, over=True), 9_500.0, 10_300.0) == ["lobby", "ended"]
    assert state_of(replace(watched.planned, ended_at=10_100.0), on, 10_101.0) == "ended"
    assert state_of(replace(watched.planned, cancelled=True), on, 10_101.0) == "cancelled"
